// The style sheet of all pages. Colours are named by their use, and each has two: by day and by night.
import { createHash } from 'node:crypto'

export const style = /* css */ `:root {
  color-scheme: light dark;
  --paper: #fbf7f1;
  --card: #fff;
  --ink: #2a211b;
  --quiet: #6b5d52;
  --line: #e4d9cc;
  --accent: #a3401f;
  --on-accent: #fff;
  --good: #24613a;
  --good-wash: #e6f2e8;
  --bad: #9c2318;
  --bad-wash: #fbe9e5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #1b1613;
    --card: #26201c;
    --ink: #f3ece4;
    --quiet: #b9aa9c;
    --line: #40362f;
    --accent: #f0a07f;
    --on-accent: #2a120a;
    --good: #93d3a6;
    --good-wash: #1d3324;
    --bad: #f5a79b;
    --bad-wash: #40201b;
  }
}
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); font: 100%/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 38rem; padding: 0 1rem 3rem; overflow-wrap: anywhere; }
h1, h2, p, dl, dd, ul { margin: 0; }
h1 { font-size: 1.75rem; line-height: 1.2; text-wrap: balance; }
h2 { font-size: 1.125rem; }
ul { list-style: none; padding: 0; }
a { color: var(--accent); text-underline-offset: .2em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: .25rem; }
.brand { color: var(--quiet); font-weight: 600; padding: 1.25rem 0; }
main { display: grid; gap: 1rem; }
.card { display: grid; gap: .75rem; background: var(--card); border: 1px solid var(--line); border-radius: 1rem;
  padding: 1.25rem; }
.card > * { min-width: 0; }
.status { color: var(--accent); font-weight: 600; }
.status::before { content: ''; display: inline-block; width: .6em; height: .6em; margin-inline-end: .5em;
  border-radius: 50%; background: currentcolor; }
.status.good { color: var(--good); }
.status.over { color: var(--quiet); }
.when { font-size: 1.125rem; }
.when time, .quiet { display: block; }
.quiet { color: var(--quiet); font-size: .9375rem; }
dl { display: grid; grid-template-columns: minmax(5rem, auto) 1fr; gap: .5rem 1rem; border-top: 1px solid var(--line);
  padding-top: .75rem; }
dt { color: var(--quiet); }
.lines { white-space: pre-line; }
.total { font-weight: 600; }
.note { border-radius: .75rem; padding: .75rem 1rem; font-weight: 600; }
.note.good { background: var(--good-wash); color: var(--good); }
.note.bad { background: var(--bad-wash); color: var(--bad); }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; }
.actions > * { flex: 1 1 12rem; }
.button { display: block; width: 100%; min-height: 2.75rem; padding: .6rem 1rem; border: 1px solid var(--accent);
  border-radius: .75rem; background: none; color: var(--accent); font: inherit; font-weight: 600; line-height: 1.4;
  text-align: center; text-decoration: none; cursor: pointer; }
.button.main { background: var(--accent); color: var(--on-accent); }
.button:hover { text-decoration: underline; }
.times { display: grid; grid-template-columns: repeat(auto-fill, minmax(5.5rem, 1fr)); gap: .5rem; }
fieldset { border: 0; margin: 0; padding: 0; }
legend { padding: 0 0 .5rem; font-weight: 600; }
form.days { display: grid; gap: 1.25rem; }
.pages { display: flex; flex-wrap: wrap; gap: 1rem; }
#pay:target { border-color: var(--accent); border-width: 2px; }
@media (prefers-reduced-motion: no-preference) {
  html { scroll-behavior: smooth; }
}
@media print {
  form, .actions, .pages { display: none; }
}
`

/** With a name that changes with it, so that it can be kept for good. */
export const stylePath = '/style.css'
export const styleHref = `${stylePath}?${createHash('sha256').update(style).digest('hex').slice(0, 12)}`
