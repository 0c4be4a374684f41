"""The stylesheet of the page for secrets: served by us, light and dark, for a phone as for a desk."""

STYLE = """
:root {
  color-scheme: light dark;
  --ink: #1b2733; --quiet: #55636f; --paper: #f3f5f7; --sheet: #ffffff; --line: #d5dce2; --edge: #75828e;
  --deep: #17324d; --on-deep: #ffffff; --good: #1a6b3c; --bad: #a3241c; --focus: #1f6fd1;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6ebf0; --quiet: #a5b1bc; --paper: #10171e; --sheet: #19222b; --line: #303c48; --edge: #7d8b98;
    --deep: #8fc1f2; --on-deep: #0d1b28; --good: #7ed6a2; --bad: #ff9d94; --focus: #8fc1f2;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
main {
  max-width: 36rem; margin: 0 auto; padding: 2rem 1.5rem; min-height: 100vh;
}
.sheet {
  background: var(--sheet); border: 1px solid var(--line); border-radius: .75rem; padding: 1.5rem;
}
.brand { color: var(--quiet); font-size: .9rem; letter-spacing: .02em; margin: 0 0 .75rem; }
h1 { font-size: 1.4rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; }
p { margin: 0 0 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0 0 1.5rem; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; font-weight: 600; }
label { display: block; font-weight: 600; margin: 0 0 .25rem; }
.optional { color: var(--quiet); font-weight: 400; }
.hint { color: var(--quiet); font-size: .9rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
.field { margin: 0 0 1.25rem; }
input, textarea {
  width: 100%; font: inherit; color: inherit; background: var(--paper);
  border: 1px solid var(--edge); border-radius: .4rem; padding: .6rem .7rem; min-height: 2.75rem;
}
textarea { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .85rem; min-height: 9rem; }
[aria-invalid="true"] { border-color: var(--bad); border-width: 2px; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
button {
  font: inherit; font-weight: 600; color: var(--on-deep); background: var(--deep);
  border: 0; border-radius: .4rem; padding: .75rem 1.25rem; min-height: 2.75rem; width: 100%; cursor: pointer;
}
.wrong { color: var(--bad); font-weight: 600; margin: .35rem 0 0; overflow-wrap: anywhere; }
[role="alert"] > :last-child { margin-bottom: 0; }
.trouble { border-left: 4px solid var(--bad); padding: .1rem 0 .1rem .9rem; margin: 0 0 1.25rem; }
ul.checks { list-style: none; margin: 0 0 1.25rem; padding: 0; }
ul.checks li { border-top: 1px solid var(--line); padding: .6rem 0; overflow-wrap: anywhere; }
.mark { font-weight: 700; }
.yes { color: var(--good); }
.no { color: var(--bad); }
.unknown { color: var(--quiet); }
.quiet { color: var(--quiet); font-size: .9rem; margin: 1.25rem 0 0; }
@media (min-width: 40rem) { button { width: auto; } .sheet { padding: 2rem; } }
@media (max-width: 30rem) {
  main { padding: 1rem .75rem; } .sheet { padding: 1.1rem; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin: 0 0 .5rem; }
}
"""
