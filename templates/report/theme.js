'use strict';
// Light or dark: as the system says, or as the reader chooses. `data-shown` on the root says which it is.
const page = {
  data: JSON.parse(document.getElementById('data').textContent),
  /** What is to happen when the page turns light or dark. */
  onTheme: [],
};

(() => {
  const root = document.documentElement;
  const button = document.getElementById('theme');
  const names = { '': 'as the system', light: 'light', dark: 'dark' };
  const system = matchMedia('(prefers-color-scheme: dark)');
  let chosen = '';

  function show(forced) {
    const theme = forced ?? chosen;
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    const shown = theme || (system.matches ? 'dark' : 'light');
    if (root.dataset.shown === shown) return;
    root.dataset.shown = shown;
    for (const act of page.onTheme) act(shown);
  }

  button.addEventListener('click', () => {
    const order = Object.keys(names);
    chosen = order[(order.indexOf(chosen) + 1) % order.length];
    button.textContent = `Theme: ${names[chosen]}`;
    show();
  });
  system.addEventListener('change', () => show());
  // Paper is white.
  addEventListener('beforeprint', () => show('light'));
  addEventListener('afterprint', () => show());
  show();
})();
