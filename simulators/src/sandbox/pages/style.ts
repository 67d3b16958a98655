import { baseStyle } from '../../pages/base-style.ts';

/** The bank's one style sheet: a look of its own, so that nobody takes the bank for the merchant. */
export const styleSheet = `
:root {
  color-scheme: light dark;
  --paper: #f3f6f7; --sheet: #ffffff; --ink: #16262d; --soft: #506269; --line: #d5dee1;
  --accent: #0b5c6b; --on-accent: #ffffff; --accent-hover: #084a57; --notice: #fff4d6; --on-notice: #5c4400; --focus: #b45f06;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #10191d; --sheet: #18242a; --ink: #e6eef0; --soft: #a3b5bb; --line: #2d3d44;
    --accent: #6cc7d6; --on-accent: #06252b; --accent-hover: #8ad5e1; --notice: #3a3012; --on-notice: #f3dfa4; --focus: #ffb454;
  }
}
${baseStyle}header .mark { width: 28px; height: 28px; border-radius: 50%; border: 5px solid var(--accent); border-right-color: transparent; }
.amount { font-size: 40px; line-height: 1.2; font-variant-numeric: tabular-nums; margin: 0 0 20px; overflow-wrap: anywhere; }
.amount small { font-size: 16px; color: var(--soft); margin-left: 6px; }
.choices { display: grid; gap: 12px; }
.choices button, .choices .button { width: 100%; }
.status { padding: 12px 14px; border-radius: 10px; border: 1px solid var(--line); background: var(--paper); font-weight: 600; margin: 0 0 20px; }
`;
