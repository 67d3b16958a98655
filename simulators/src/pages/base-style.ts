/** What the style sheets of all pages share. Colours are each page's own: nobody should take one for another, or for the wallet. */
export const baseStyle = `
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; min-height: 100vh; min-height: 100dvh; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Noto Sans SC', 'Microsoft YaHei', sans-serif;
  display: flex; flex-direction: column;
}
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 4px; }
header .bar { display: flex; align-items: center; gap: 12px; padding: 12px 20px; }
header .name { font-weight: 600; margin-right: auto; display: flex; align-items: center; gap: 10px; }
header a { min-height: 44px; display: inline-flex; align-items: center; padding: 0 8px; }
.practice { margin: 0; padding: 10px 20px; background: var(--notice); color: var(--on-notice); font-size: 14px; text-align: center; }
main { width: 100%; max-width: 460px; margin: 0 auto; padding: 24px 16px 40px; flex: 1; }
main.wide { max-width: 1040px; }
footer { padding: 16px 20px 24px; color: var(--soft); font-size: 14px; text-align: center; }
h1 { font-size: 20px; margin: 0 0 16px; }
h2 { font-size: 16px; margin: 32px 0 12px; }
h3 { font-size: 14px; margin: 20px 0 8px; }
.sheet { background: var(--sheet); border: 1px solid var(--line); border-radius: 14px; padding: 24px; }
dl { margin: 0 0 24px; display: grid; grid-template-columns: auto 1fr; gap: 10px 16px; }
dt { color: var(--soft); }
dd { margin: 0; text-align: right; overflow-wrap: anywhere; }
.number { font-family: ui-monospace, 'SF Mono', Menlo, Consolas, monospace; font-size: 14px; }
button, .button {
  font: inherit; min-height: 44px; padding: 10px 16px; border-radius: 10px; border: 1px solid var(--line);
  background: var(--sheet); color: var(--ink); cursor: pointer; text-decoration: none; text-align: center; display: inline-block;
}
button:hover, .button:hover { border-color: var(--accent); }
.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
.main:hover { background: var(--accent-hover); }
.list { list-style: none; margin: 0; padding: 0; display: grid; gap: 10px; }
.list > li { background: var(--sheet); border: 1px solid var(--line); border-radius: 12px; padding: 14px 16px; display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; }
.list .grow { flex: 1 1 260px; min-width: 0; overflow-wrap: anywhere; }
.list .money { font-variant-numeric: tabular-nums; font-weight: 600; }
.tag { border: 1px solid var(--line); border-radius: 999px; padding: 2px 10px; font-size: 14px; }
.soft { color: var(--soft); font-size: 14px; }
.row { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
.list + form { margin-top: 12px; }
form.fields { display: grid; gap: 12px; grid-template-columns: 1fr; align-items: end; }
@media (min-width: 720px) { form.fields { grid-template-columns: 2fr 2fr 6rem auto; } .sheet { padding: 32px; } }
label { display: grid; gap: 4px; font-size: 14px; color: var(--soft); }
input, select { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: 10px; min-height: 44px; padding: 8px 12px; width: 100%; }
@media (prefers-reduced-motion: no-preference) { button, .button { transition: background-color 150ms, border-color 150ms; } }
`;
