/** The one stylesheet of our pages. @module */

const TOKENS = `
:root {
  color-scheme: light dark;
  --ink: light-dark(#1b2430, #e8ecf1);
  --soft: light-dark(#525e6d, #a3aebc);
  --paper: light-dark(#f3f5f7, #10141a);
  --card: light-dark(#fff, #191f28);
  --line: light-dark(#dfe4e9, #2c3541);
  --edge: light-dark(#78848f, #76838f);
  --field: light-dark(#fff, #12171e);
  --accent: light-dark(#0b5c6b, #6fd0e0);
  --accent-deep: light-dark(#08444f, #9be0ec);
  --on-accent: light-dark(#fff, #06222a);
  --wash: light-dark(#edf4f6, #18303a);
  --bad: light-dark(#a3221f, #ffb0a8);
  --bad-wash: light-dark(#fdf1f0, #35191b);
  --good: light-dark(#17603a, #8fdcab);
  --good-wash: light-dark(#edf7f1, #14301f);
  --radius: .625rem;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}`;

const FRAME = `
*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
  overflow-wrap: break-word; }
.page { min-height: 100vh; min-height: 100dvh; padding: 1.25rem min(1rem, 5vw) 2rem; }
.brand, .card { max-width: 28rem; margin-inline: auto; }
.brand { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .625rem; margin-bottom: 1.25rem; padding-inline: .25rem; }
.mark { flex: none; width: 1.75rem; height: 1.75rem; }
.mark-outer { fill: var(--ink); }
.mark-inner { fill: var(--accent); }
.brand-name { font-weight: 650; font-size: 1.0625rem; letter-spacing: -.01em; }
.site { margin-left: auto; min-width: 0; color: var(--soft); font-size: .875rem; overflow-wrap: anywhere; text-align: right; }
.card { padding: 1.5rem min(1.25rem, 6.25vw) 1.625rem; background: var(--card); border: 1px solid var(--line); border-radius: 1rem; }
.card > :first-child { margin-top: 0; }
.card > :last-child { margin-bottom: 0; }
@media (min-width: 30rem) {
  .page { padding-top: clamp(1.5rem, 11vh, 7rem); }
  .card { padding: 2.25rem 2.25rem 2.375rem;
    box-shadow: 0 1px 2px light-dark(#1b243008, #0003), 0 12px 40px -12px light-dark(#1b24301f, #0008); }
}`;

const TEXT = `
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.2; font-weight: 680; letter-spacing: -.02em; text-wrap: balance; }
h2 { margin: 2rem 0 .5rem; font-size: 1rem; font-weight: 650; }
p { margin: 0 0 1rem; text-wrap: pretty; }
ul { margin: 0 0 1rem; padding-left: 1.25rem; }
li + li { margin-top: .375rem; }
.step { margin: 0 0 .25rem; color: var(--soft); font-size: .875rem; font-weight: 550; }
.hint { margin: .375rem 0 0; color: var(--soft); font-size: .875rem; line-height: 1.4; }
.name { overflow-wrap: anywhere; font-weight: 600; }
.aside { margin: 1.5rem 0 0; color: var(--soft); font-size: .9375rem; }
.request-id { margin-top: 1.75rem; color: var(--soft); font-size: .8125rem; overflow-wrap: anywhere; }
code { font-family: var(--mono); font-size: .9375em; }
a { color: var(--accent); text-underline-offset: .2em; text-decoration-thickness: 1px; }
a:hover { color: var(--accent-deep); text-decoration-thickness: 2px; }
.notice { margin: 0 0 1.25rem; padding: .75rem .875rem; background: var(--wash); border: 1px solid transparent;
  border-radius: var(--radius); font-size: .9375rem; }
.notice > :last-child { margin-bottom: 0; }
.notice li + li { margin-top: .25rem; }
.problem { background: var(--bad-wash); border-color: var(--bad); }
.problem a { color: var(--bad); }`;

const FORMS = `
.stack { display: grid; gap: 1.125rem; margin: 0; }
label { display: block; margin-bottom: .375rem; font-size: .9375rem; font-weight: 600; }
input { display: block; width: 100%; min-height: 3rem; padding: .625rem .75rem; font: inherit; color: inherit;
  background: var(--field); border: 1px solid var(--edge); border-radius: var(--radius); }
input[hidden], input[type="hidden"] { display: none; }
input[aria-invalid="true"] { border-color: var(--bad); border-width: 2px; padding: calc(.625rem - 1px) calc(.75rem - 1px); }
input.code { font-family: var(--mono); font-size: 1.25rem; line-height: 1.2; letter-spacing: .12em; font-variant-numeric: tabular-nums; }
.field-problem { margin: .375rem 0 0; color: var(--bad); font-size: .9375rem; font-weight: 550; }
button, .button { display: inline-flex; align-items: center; justify-content: center; width: 100%; min-height: 3rem;
  padding: .625rem 1.25rem; border: 1px solid transparent; border-radius: var(--radius); font: inherit; font-weight: 600;
  line-height: 1.25; text-align: center; text-decoration: none; cursor: pointer;
  background: var(--accent); color: var(--on-accent); transition: background-color .12s; }
button:hover, .button:hover { background: var(--accent-deep); color: var(--on-accent); }
.stack > button { margin-top: .25rem; }
.quiet { background: transparent; border-color: var(--edge); color: var(--ink); }
.quiet:hover { background: var(--wash); color: var(--ink); }
.link { display: inline; width: auto; min-height: 2.75rem; padding: 0; border: 0; border-radius: .25rem; background: none;
  color: var(--accent); font-weight: inherit; text-decoration: underline 1px; text-underline-offset: .2em; }
.aside > a { display: inline-flex; align-items: center; min-height: 2.75rem; }
.aside > a, .aside > .link { margin-block: -.75rem; }
.link:hover { background: none; color: var(--accent-deep); text-decoration-thickness: 2px; }
.actions { display: grid; gap: .75rem; margin-top: 1.5rem; }
summary { display: inline-flex; align-items: center; min-height: 2.75rem; color: var(--accent); font-size: .9375rem;
  cursor: pointer; border-radius: .25rem; text-decoration: underline 1px; text-underline-offset: .2em; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary:hover { color: var(--accent-deep); text-decoration-thickness: 2px; }
details[open] > summary { margin-bottom: .5rem; }
.stack > details { margin-block: -.75rem -.25rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.problem:focus, .problem:focus-visible { outline: 2px solid var(--bad); outline-offset: -1px; }
input:focus-visible { outline-offset: 0; border-color: var(--accent); }`;

const PARTS = `
.facts { margin: 0; border-top: 1px solid var(--line); }
.facts + p { margin-top: 1rem; }
.facts > div { display: flex; flex-wrap: wrap; gap: .125rem .75rem; padding: .625rem 0; border-bottom: 1px solid var(--line); }
.facts dt { flex: 0 0 6.5rem; color: var(--soft); font-size: .9375rem; }
.facts dd { flex: 1 1 11rem; margin: 0; min-width: 0; overflow-wrap: anywhere; }
.groups { display: flex; flex-wrap: wrap; gap: .375rem; margin: 0; padding: 0; list-style: none; }
.groups li { margin: 0; padding: .0625rem .5rem; background: var(--wash); border: 1px solid transparent; border-radius: .375rem; font-size: .9375rem; }
.choices { margin: 0; padding: 0; list-style: none; }
.choices > li { padding: .625rem 0; border-top: 1px solid var(--line); }
.choices > li + li { margin-top: 0; }
.choices > li > a { display: inline-flex; align-items: center; min-height: 2.75rem; padding-block: .5rem; }
.choices .link { justify-content: start; }
.choices .hint { margin-top: 0; }
.places > li { padding: 0; }
.places > li:last-child { border-bottom: 1px solid var(--line); }
.places > li > a { display: flex; padding-block: .5rem; overflow-wrap: anywhere; }
.qr { display: block; width: min(100%, 15rem); height: auto; margin-inline: auto; border: 1px solid var(--line);
  border-radius: var(--radius); background: #fff; forced-color-adjust: none; }
.other-ways { margin: .5rem 0 1rem; }
.otpauth { display: inline-flex; align-items: center; min-height: 2.75rem; font-size: .9375rem; }
.other-ways > p { margin: 0; }
.secret { display: block; font-size: 1rem; line-height: 1.6; letter-spacing: .02em; user-select: all; }
.recovery-codes { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(10rem, 100%), 1fr)); gap: .125rem 1rem; margin: 0;
  padding: .75rem .875rem; border: 1px solid var(--line); border-radius: var(--radius); list-style: none; }
.recovery-codes li { margin: 0; padding: .1875rem 0; }
.recovery-codes code { font-size: .875rem; user-select: all; }
.print-only { display: none; }`;

/** The verdict comes first and keeps its height: the field below must not jump under the thumb. */
const CHECK_CODE = `
.verdict { display: flex; flex-direction: column; justify-content: center; gap: .25rem; min-height: 6.5rem; margin: 0;
  padding: .875rem 1rem; border: 1px solid transparent; border-radius: var(--radius); background: var(--wash); }
.verdict > strong { font-size: 1.25rem; line-height: 1.15; font-weight: 680; letter-spacing: -.02em; }
.verdict.good > strong, .verdict.bad > strong { font-size: 1.875rem; }
.verdict > span { font-size: .9375rem; line-height: 1.4; }
.verdict.good { background: var(--good-wash); border-color: var(--good); color: var(--good); }
.verdict.bad { background: var(--bad-wash); border-color: var(--bad); color: var(--bad); }
.verdict.ask { background: transparent; border-color: var(--edge); }
.kept { display: grid; justify-items: start; }
.kept[hidden] { display: none; }
.tick { display: flex; align-items: center; gap: .625rem; min-height: 2.75rem; margin: .25rem 0 0; font-weight: 450; cursor: pointer; }
.tick > input { flex: none; width: 1.25rem; height: 1.25rem; min-height: 0; margin: 0; accent-color: var(--accent); }
#check input.code { font-size: 1.625rem; min-height: 3.5rem; text-align: center; }
#check [hidden] { display: none; }`;

const PREFERENCES = `
@media (prefers-reduced-motion: reduce) { *, ::before, ::after { transition: none !important; animation: none !important; } }
@media (forced-colors: active) {
  .mark-outer { fill: CanvasText; } .mark-inner { fill: LinkText; }
  .card, .notice, button, .button { border: 1px solid; }
  input[aria-invalid="true"] { border-color: Mark; }
}
@media print {
  :root { color-scheme: light; }
  body { background: #fff; color: #000; }
  .page { padding: 0; } .card { border: 0; box-shadow: none; padding: 0; }
  .brand, .card { max-width: none; }
  .actions, .notice, .aside, .step, form { display: none; }
  .print-only { display: block; font-weight: 650; }
  .recovery-codes { grid-template-columns: repeat(2, max-content); column-gap: 3rem; }
}`;

/** Light and dark, from 320 px up, on paper too; no images, no fonts of its own. */
export const stylesheet = [TOKENS, FRAME, TEXT, FORMS, PARTS, CHECK_CODE, PREFERENCES]
  .join('\n')
  .trim();
