// Draws the pictures of a report when they come into view, in the colours of its theme, and all of them before printing.
(() => {
  const plots = new Map(JSON.parse(document.getElementById('plots').textContent).map((one) => [one.name, one]));
  const root = document.documentElement;
  const drawn = new Set();
  const logged = new Set();
  const CONFIG = { responsive: true, displaylogo: false, scrollZoom: false, modeBarButtonsToRemove: ['lasso2d', 'select2d', 'autoScale2d'] };
  const PAPER_PX = 660;
  let following = false;
  let printing = false;

  // '@name' or '@name/alpha' as the theme has it; of gains and losses the fills, which are lighter than the text.
  function coloured(value, style) {
    if (typeof value === 'string' && value[0] === '@') {
      const [name, alpha] = value.slice(1).split('/');
      const fill = name === 'up' || name === 'down' ? `${name}-fill` : name;
      const hex = style.getPropertyValue(`--${fill}`).trim();
      const full = hex.length === 4 ? hex.replace(/[0-9a-f]/gi, '$&$&') : hex;
      return alpha === undefined ? full : full + Math.round(Number(alpha) * 255).toString(16).padStart(2, '0');
    }
    if (Array.isArray(value)) {
      // Numbers hold no colours, and there may be thousands; a colour's place in a scale is a number and a name.
      const plain = typeof value[0] === 'number' || value[0] === null;
      return plain && typeof value.at(-1) !== 'string' ? value : value.map((one) => coloured(one, style));
    }
    if (value && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, key === 'text' || key === 'name' ? one : coloured(one, style)]));
    }
    return value;
  }

  function layoutOf(plot, style) {
    const ink = style.getPropertyValue('--ink3').trim();
    const line = style.getPropertyValue('--line').trim();
    const narrow = innerWidth < 760;
    const axis = { gridcolor: line, zerolinecolor: line, linecolor: line, tickfont: { size: 11 }, automargin: true };
    const own = coloured(plot.layout, style);
    const axes = new Set(['xaxis', 'yaxis', ...Object.keys(own).filter((key) => /^[xy]axis/.test(key))]);
    const found = {
      paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)', height: plot.height,
      font: { family: getComputedStyle(document.body).fontFamily, color: ink, size: 12 },
      margin: { l: narrow ? 40 : 52, r: 10, t: 26, b: 32 }, dragmode: narrow ? false : 'zoom',
      legend: { orientation: 'h', x: 0, y: 1.01, yanchor: 'bottom', font: { size: 12 } },
      hoverlabel: { bgcolor: style.getPropertyValue('--surface').trim(), bordercolor: line, font: { color: style.getPropertyValue('--ink').trim() } },
      ...own,
    };
    for (const key of axes) {
      const title = own[key]?.title ? { title: { ...own[key].title, font: { size: 11 } } } : {};
      found[key] = { ...axis, ...own[key], ...title };
    }
    // Paper has one column, and nothing is laid out anew once it is being printed.
    if (printing) Object.assign(found, { width: PAPER_PX, autosize: false });
    if (logged.has(plot.name)) found.yaxis = { ...found.yaxis, type: 'log', range: undefined };
    return found;
  }

  function draw(canvas) {
    const plot = plots.get(canvas.id);
    const style = getComputedStyle(root);
    Plotly.react(canvas, plot.traces.map((one) => coloured(one, style)), layoutOf(plot, style), CONFIG);
    if (!drawn.has(canvas)) {
      drawn.add(canvas);
      if (plot.timed) canvas.on('plotly_relayout', (change) => follow(canvas, change));
    }
  }

  // A time that is looked at closely in one picture is so in the others too.
  function follow(from, change) {
    const range = change['xaxis.range[0]'] ? [change['xaxis.range[0]'], change['xaxis.range[1]']] : null;
    if (following || (!range && !change['xaxis.autorange'])) return;
    following = true;
    const others = [...drawn].filter((one) => one !== from && plots.get(one.id).timed);
    Promise.all(others.map((one) => Plotly.relayout(one, range ? { 'xaxis.range': range } : { 'xaxis.autorange': true }))).finally(() => {
      following = false;
    });
  }

  function show(theme) {
    root.dataset.theme = theme;
    document.getElementById('theme').textContent = theme === 'dark' ? 'light' : 'dark';
    drawn.forEach(draw);
  }

  function inOrder(table, place) {
    const down = table.dataset.by !== String(place);
    table.dataset.by = down ? place : '';
    const value = (row) => row.cells[place].dataset.value ?? row.cells[place].textContent;
    const rows = [...table.tBodies[0].rows].sort((a, b) => {
      const [one, other] = [value(a), value(b)];
      return Number.isNaN(Number(one)) ? one.localeCompare(other) : Number(one) - Number(other);
    });
    table.tBodies[0].append(...(down ? rows.reverse() : rows));
  }

  const asked = new URLSearchParams(location.hash.slice(1)).get('theme');
  const dark = matchMedia('(prefers-color-scheme: dark)');
  show(asked ?? (dark.matches ? 'dark' : 'light'));
  dark.addEventListener('change', () => show(dark.matches ? 'dark' : 'light'));
  document.getElementById('theme').addEventListener('click', () => show(root.dataset.theme === 'dark' ? 'light' : 'dark'));

  const canvases = [...document.querySelectorAll('.canvas')];
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) {
        seen.unobserve(entry.target);
        draw(entry.target);
      }
    }
  }, { rootMargin: '300px' });
  canvases.forEach((one) => seen.observe(one));

  document.addEventListener('click', (event) => {
    const log = event.target.closest('[data-log]');
    if (log) {
      const on = !logged.delete(log.dataset.log);
      if (on) logged.add(log.dataset.log);
      log.setAttribute('aria-pressed', on);
      draw(document.getElementById(log.dataset.log));
    }
    const head = event.target.closest('.sortable thead th');
    if (head) inOrder(head.closest('table'), head.cellIndex);
  });

  let before = '';
  addEventListener('beforeprint', () => {
    before = root.dataset.theme;
    document.querySelectorAll('details.params').forEach((one) => { one.open = true; });
    printing = true;
    show('light');
    canvases.forEach(draw);
  });
  addEventListener('afterprint', () => {
    printing = false;
    show(before);
  });
})();
