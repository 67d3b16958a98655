// Runs before the first paint, so that the page never flashes in the wrong theme or language.
// A file and not an inline script: the page's policy allows no inline scripts. Mirrors src/lib/preferences.ts.
(() => {
  let kept = {};
  try {
    kept = JSON.parse(localStorage.getItem('feiqian.preferences') ?? '{}') ?? {};
  } catch {
    // Storage is off or was tampered with: the defaults hold.
  }
  const root = document.documentElement;
  if (kept.theme === 'light' || kept.theme === 'dark') root.dataset.theme = kept.theme;
  const first = (navigator.languages ?? [])
    .map((tag) => tag.slice(0, 2).toLowerCase())
    .find((tag) => tag === 'zh' || tag === 'en');
  const language = kept.language === 'zh' || kept.language === 'en' ? kept.language : (first ?? 'zh');
  root.lang = language === 'zh' ? 'zh-CN' : 'en';
  const rise = kept.rise === 'red' || kept.rise === 'green' ? kept.rise : language === 'zh' ? 'red' : 'green';
  root.dataset.rise = rise;
})();
