import { useLanguage } from '../../i18n/language-context.tsx';
import { usePreferences } from '../../lib/preferences-context.tsx';
import { Button } from '../../ui/button.tsx';

/** Turns to the other language, named in that language. */
export function LanguageButton() {
  const language = useLanguage();
  const { change } = usePreferences();
  const other = language === 'zh' ? 'en' : 'zh';
  return (
    <div className="welcome__tools">
      <Button variant="quiet" icon="globe" onClick={() => change({ language: other })}>
        <span lang={other === 'zh' ? 'zh-CN' : 'en'}>{other === 'zh' ? '中文' : 'English'}</span>
      </Button>
    </div>
  );
}
