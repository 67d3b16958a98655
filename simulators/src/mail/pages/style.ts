import { baseStyle } from '../../pages/base-style.ts';

/** The one style sheet of the mail pages: neither the bank's look nor the wallet's. */
export const styleSheet = `
:root {
  color-scheme: light dark;
  --paper: #f5f4f8; --sheet: #ffffff; --ink: #1f1c2b; --soft: #5d5870; --line: #dcd8e6;
  --accent: #4b3f8f; --on-accent: #ffffff; --accent-hover: #3a3073; --notice: #fff4d6; --on-notice: #5c4400; --focus: #b45f06;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14121b; --sheet: #1e1b29; --ink: #ebe8f3; --soft: #aea7c2; --line: #37324a;
    --accent: #b3a7f0; --on-accent: #1d1740; --accent-hover: #c8bff6; --notice: #3a3012; --on-notice: #f3dfa4; --focus: #ffb454;
  }
}
${baseStyle}header .mark { width: 30px; height: 22px; border-radius: 4px; border: 3px solid var(--accent); background: linear-gradient(to bottom right, transparent 46%, var(--accent) 47% 53%, transparent 54%) left / 50% 60% no-repeat, linear-gradient(to bottom left, transparent 46%, var(--accent) 47% 53%, transparent 54%) right / 50% 60% no-repeat; }
.top { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; margin: 0 0 16px; }
.top h1 { margin: 0; overflow-wrap: anywhere; }
.top p { margin: 0 auto 0 0; }
.list a { font-weight: 600; display: inline-block; min-height: 44px; padding: 10px 0; margin: -10px 0; }
.list:not(:empty) + .empty { display: none; }
dd { text-align: left; }
.parts { display: grid; gap: 24px; }
.parts h2 { margin-top: 0; }
.parts section { min-width: 0; }
iframe { display: block; width: 100%; height: 760px; border: 1px solid var(--line); border-radius: 14px; background: #ffffff; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: 14px/1.6 ui-monospace, 'SF Mono', Menlo, Consolas, monospace; }
@media (min-width: 960px) { .parts { grid-template-columns: 3fr 2fr; } }
`;

/** An envelope. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke="#4b3f8f" stroke-width="4"><rect x="3" y="7" width="26" height="18" rx="3"/><path d="m4 9 12 9 12-9"/></svg>`;
