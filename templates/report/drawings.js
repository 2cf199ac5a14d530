'use strict';
// Drawings: zoomed by buttons, by the wheel with Ctrl and by keys; moved by dragging; their boxes lead to lines of files.
(() => {
  function begin(figure) {
    const svg = figure.querySelector('.drawing svg');
    const whole = svg.viewBox.baseVal;
    const full = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };
    let view = { ...full };

    function show(next) {
      view = next;
      svg.setAttribute('viewBox', `${view.x} ${view.y} ${view.width} ${view.height}`);
    }

    /** The point of the drawing under the pointer stays where it is. */
    function zoom(factor, at = { x: view.x + view.width / 2, y: view.y + view.height / 2 }) {
      const width = Math.min(full.width * 4, Math.max(full.width / 40, view.width / factor));
      const share = width / view.width;
      show({
        x: at.x - (at.x - view.x) * share,
        y: at.y - (at.y - view.y) * share,
        width,
        height: view.height * share,
      });
    }

    function pointAt(event) {
      return new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    }

    const acts = { in: () => zoom(1.4), out: () => zoom(1 / 1.4), fit: () => show({ ...full }) };
    for (const [name, act] of Object.entries(acts))
      figure.querySelector(`[data-do="${name}"]`).addEventListener('click', act);
    figure.querySelector('.drawing').addEventListener('keydown', ({ key }) => {
      if (key === '+') zoom(1.4);
      if (key === '-') zoom(1 / 1.4);
      if (key === '0') show({ ...full });
    });
    svg.addEventListener(
      'wheel',
      (event) => {
        if (!event.ctrlKey) return;
        event.preventDefault();
        zoom(1.002 ** -event.deltaY, pointAt(event));
      },
      { passive: false },
    );

    let held;
    svg.addEventListener('pointerdown', (event) => {
      if (event.pointerType === 'mouse' && event.button !== 0) return;
      held = { from: pointAt(event), moved: false };
    });
    svg.addEventListener('pointermove', (event) => {
      if (!held || event.buttons === 0) return;
      const to = pointAt(event);
      const [dx, dy] = [to.x - held.from.x, to.y - held.from.y];
      if (!held.moved && Math.hypot(dx, dy) * (svg.clientWidth / view.width) < 4) return;
      held.moved = true;
      svg.setPointerCapture(event.pointerId);
      show({ ...view, x: view.x - dx, y: view.y - dy });
    });
    svg.addEventListener('pointerup', () => setTimeout(() => (held = undefined)));
    svg.addEventListener('dragstart', (event) => event.preventDefault());
    svg.addEventListener('click', (event) => {
      const link = event.target.closest('a');
      if (!link) return;
      event.preventDefault();
      if (!held?.moved) choose(link);
    });

    /** Says what the box is and where it stands. */
    function choose(link) {
      const place = figure.querySelector('.chosen');
      place.replaceChildren(`${link.dataset.about} `);
      for (const [name, id] of [['Verilog', link.dataset.verilog], ['source', link.dataset.source]])
        if (id) place.append(lineLink(name, id), ' ');
    }

    figure.querySelector('[data-do="svg"]').addEventListener('click', () => {
      const copy = svg.cloneNode(true);
      copy.setAttribute('viewBox', `${full.x} ${full.y} ${full.width} ${full.height}`);
      copy.setAttribute('style', 'background:#fff;color:#1b1b1b');
      page.save(`${figure.querySelector('.name').textContent}.svg`, new XMLSerializer().serializeToString(copy));
    });
  }

  function lineLink(name, id) {
    const link = document.createElement('a');
    link.href = `#${id}`;
    link.textContent = `${name}, line ${id.slice(id.lastIndexOf('-') + 1)}`;
    return link;
  }

  /** A line in a file that is folded is to be seen when a link leads to it. */
  function unfold() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = target?.closest('details');
    if (!folded || folded.open) return;
    folded.open = true;
    target.scrollIntoView();
  }

  for (const figure of document.querySelectorAll('figure.drawing')) begin(figure);
  addEventListener('hashchange', unfold);
  unfold();
})();
