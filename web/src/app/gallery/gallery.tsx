import { usePreferences } from '../../lib/preferences-context.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { ToastProvider } from '../../ui/toast.tsx';
import { Nav } from '../nav.tsx';
import { Shell } from '../shell.tsx';
import { Buttons, Fields, Marks } from './controls.tsx';
import { Amounts, Lists, Steps } from './money.tsx';
import { Papers, Strips, Unusual } from './papers.tsx';
import { useSay } from './samples.ts';

function Appearance() {
  const say = useSay();
  const { preferences, change } = usePreferences();
  return (
    <Section title={say('外观', 'Appearance')}>
      <Segmented
        legend={say('主题', 'Theme')}
        value={preferences.theme}
        onChange={(theme) => change({ theme })}
        choices={[
          { value: 'system', label: say('跟随系统', 'As the device') },
          { value: 'light', label: say('浅色', 'Light') },
          { value: 'dark', label: say('深色', 'Dark') },
        ]}
      />
      <Segmented
        legend={say('语言', 'Language')}
        value={preferences.language}
        onChange={(language) => change({ language })}
        choices={[
          { value: 'system', label: say('跟随浏览器', 'As the browser') },
          { value: 'zh', label: <span lang="zh-CN">中文</span> },
          { value: 'en', label: <span lang="en">English</span> },
        ]}
      />
    </Section>
  );
}

/** Every component in every state, for the eye and for axe. Development only: it is not part of the built wallet. */
export function Gallery() {
  const say = useSay();
  return (
    <ToastProvider>
      <Shell nav={<Nav />}>
        <Page title={say('组件', 'Gallery')} back="/" detail={<Lists />}>
          <Appearance />
          <Marks />
          <Buttons />
          <Fields />
          <Amounts />
          <Strips />
          <Unusual />
          <Papers />
          <Steps />
        </Page>
      </Shell>
    </ToastProvider>
  );
}
