'use strict';
// Plots: drawn when they come into view, drawn again for another size or theme.
(() => {
  const manyRows = 2000;
  const mostPicked = 200;

  /** Five digits are read; copies have them all. */
  const short = (value) => (typeof value === 'number' ? String(Number(value.toPrecision(5))) : (value ?? '–'));
  const told = (value) => (Array.isArray(value) ? value.map(short).join(', ') : short(value));

  /** The option with the rows and the axes that are chosen. */
  function filled({ option, columns, rows }, axes) {
    const sets = option.dataset && [{ dimensions: columns, source: rows }, ...option.dataset.slice(1)];
    const tooltip = { ...option.tooltip, valueFormatter: told };
    const whole = { ...option, tooltip, ...(sets && { dataset: sets }) };
    if (!axes.chosen) return whole;
    const [, first, front] = sets;
    const sorted = { transform: [front.transform[0], { type: 'sort', config: { dimension: columns[axes.x], order: 'asc' } }] };
    return {
      ...whole,
      dataset: [sets[0], first, sorted],
      xAxis: { ...whole.xAxis, name: columns[axes.x] },
      yAxis: { ...whole.yAxis, name: columns[axes.y] },
      series: whole.series.map((series) => ({
        ...series,
        encode: { ...series.encode, x: axes.x, y: axes.y },
        ...(axes.moved && { lineStyle: { opacity: 0 } }),
      })),
    };
  }

  function begin(figure) {
    const data = page.data[figure.id];
    const place = figure.querySelector('.chart');
    const axes = { chosen: data.front, moved: false };
    const selects = [...figure.querySelectorAll('[data-axis]')];
    for (const select of selects) axes[select.dataset.axis] = Number(select.value);
    // Thousands of points are slow as elements.
    const renderer = data.rows.length > manyRows ? 'canvas' : 'svg';
    let chart;

    function draw() {
      chart?.dispose();
      const dark = document.documentElement.dataset.shown === 'dark';
      chart = echarts.init(place, dark ? 'dark' : null, { renderer });
      chart.setOption(filled(data, axes));
      if (data.front) chart.on('brushEnd', pick);
    }

    function pick({ areas }) {
      const target = figure.querySelector('.picked');
      const range = areas[0]?.coordRange;
      if (!range) return target.replaceChildren();
      const inside = (value, [low, high]) => value !== null && value >= low && value <= high;
      const rows = data.rows.filter((row) => inside(row[axes.x], range[0]) && inside(row[axes.y], range[1]));
      target.replaceChildren(...picked(data.columns, rows));
    }

    function picked(columns, rows) {
      const note = document.createElement('p');
      note.textContent = `${rows.length} points in the frame${rows.length > mostPicked ? `, the first ${mostPicked} shown` : ''} `;
      const button = note.appendChild(document.createElement('button'));
      button.type = 'button';
      button.textContent = 'Copy CSV';
      button.addEventListener('click', () => page.copy(page.csv({ columns, rows })));
      const scroll = document.createElement('div');
      scroll.className = 'scroll';
      scroll.tabIndex = 0;
      const table = scroll.appendChild(document.createElement('table'));
      const add = (parent, tag, cells) => {
        const line = parent.insertRow();
        for (const cell of cells) line.appendChild(document.createElement(tag)).textContent = cell ?? '–';
      };
      add(table.createTHead(), 'th', columns);
      const body = table.createTBody();
      for (const row of rows.slice(0, mostPicked)) add(body, 'td', row);
      return [note, scroll];
    }

    for (const select of selects)
      select.addEventListener('change', () => {
        axes[select.dataset.axis] = Number(select.value);
        axes.moved = true;
        figure.querySelector('.picked').replaceChildren();
        draw();
      });
    figure.querySelector('[data-do="svg"]').addEventListener('click', () => {
      const { clientWidth: width, clientHeight: height } = place;
      const paper = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
      paper.setOption({ ...filled(data, axes), toolbox: { show: false } });
      page.save(`${data.name}.svg`, paper.renderToSVGString());
      paper.dispose();
    });
    new ResizeObserver(() => chart?.resize()).observe(place);
    page.onTheme.push(() => chart && draw());
    return draw;
  }

  const waiting = new Map();
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) start(target);
    },
    { rootMargin: '50%' },
  );
  function start(place) {
    seen.unobserve(place);
    waiting.get(place)?.();
    waiting.delete(place);
  }
  for (const figure of document.querySelectorAll('figure.plot')) {
    const place = figure.querySelector('.chart');
    waiting.set(place, begin(figure));
    seen.observe(place);
  }
  addEventListener('beforeprint', () => [...waiting.keys()].forEach(start));
})();
