// The pictures of the page Numbers, drawn with Chart.js from the tables below them. A table is the one source: it is
// whole without this file, and it is what a screen reader reads. Nothing moves, the colours are the stylesheet's, and
// each series has a pattern of its own beside its colour.
"use strict";

{
  const LOOKS = [{ colour: "--accent" }, { colour: "--warn", pattern: stripes }, { colour: "--alert", pattern: dots }];
  const TILE = 8, LINE = 17, ROOM = 56; // pixels: a pattern's square, a line of a label, the numbers at the bars' ends
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const font = () => `${Chart.defaults.font.size}px ${Chart.defaults.font.family}`;
  const ruler = document.createElement("canvas").getContext("2d");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let drawn = [];

  function stripes(context) {
    context.lineWidth = 2.5;
    context.beginPath();
    for (const x of [-TILE, 0, TILE]) {
      context.moveTo(x - 1, TILE + 1);
      context.lineTo(x + TILE + 1, -1);
    }
    context.stroke();
  }

  function dots(context) {
    for (const at of [2, 6]) context.fillRect(at - 1.5, at - 1.5, 3, 3);
  }

  /** What an area is filled with: the ink itself, or its pattern on the card's colour. */
  function filling(ink, pattern) {
    if (!pattern) return ink;
    const tile = document.createElement("canvas");
    tile.width = tile.height = TILE;
    const context = tile.getContext("2d");
    context.fillStyle = colour("--card");
    context.fillRect(0, 0, TILE, TILE);
    context.strokeStyle = context.fillStyle = ink;
    pattern(context);
    return context.createPattern(tile, "repeat");
  }

  /** {labels, series: [{label, data}]} of a table; an empty cell is a gap. */
  function read(table) {
    const heads = [...table.tHead.rows[0].cells], rows = [...table.tBodies[0].rows];
    const text = (cell) => cell.textContent.trim();
    const series = heads.filter((head) => "series" in head.dataset).map((head) => ({
      label: text(head),
      data: rows.map((row) => (text(row.cells[head.cellIndex]) ? Number(text(row.cells[head.cellIndex])) : null)),
    }));
    return { labels: rows.map((row) => text(row.cells[0])), series };
  }

  /** A long label in lines within the half that Chart.js gives to labels. */
  function lines(label, width) {
    const found = [""];
    ruler.font = font();
    for (const word of label.split(" ")) {
      const longer = `${found.at(-1)} ${word}`.trim();
      if (found.at(-1) && ruler.measureText(longer).width > (width - ROOM) * 0.44) found.push(word);
      else found[found.length - 1] = longer;
    }
    return found;
  }

  /** Draws the numbers at the ends of bars, so that nobody has to measure. */
  const NUMBERS = {
    id: "numbers",
    afterDatasetsDraw(chart) {
      const { ctx, data } = chart;
      ctx.save();
      ctx.fillStyle = colour("--ink");
      ctx.font = font();
      ctx.textBaseline = "middle";
      chart.getDatasetMeta(data.datasets.length - 1).data.forEach((bar, at) => {
        ctx.fillText(data.datasets.map((one) => one.data[at]).join(" / "), bar.x + 6, bar.y);
      });
      ctx.restore();
    },
  };

  function styled({ label, data }, place, shape) {
    const { colour: name, pattern } = LOOKS[place % LOOKS.length], ink = colour(name);
    const area = { backgroundColor: filling(ink, pattern), borderColor: ink, borderWidth: 1, maxBarThickness: 26 };
    const line = { backgroundColor: ink, borderColor: ink, borderWidth: 2, borderDash: pattern ? [6, 4] : [],
      pointRadius: 2.5, pointStyle: pattern ? "rectRot" : "circle" }; // prettier-ignore
    return { label, data, ...(shape === "lines" ? line : area) };
  }

  function options(shape, labels, box) {
    const lying = shape === "bars";
    const fit = (width) => (box.style.height = `${48 + labels.reduce((sum, one) => sum + 12 + LINE * lines(one, width).length, 0)}px`);
    if (lying) fit(box.clientWidth);
    const numbers = { stacked: shape !== "lines", beginAtZero: true, border: { display: false },
      grid: { color: colour("--hair") }, ticks: { maxTicksLimit: 6 } }; // prettier-ignore
    const legend = shape === "lines" ? { usePointStyle: true, boxHeight: 8, padding: 14 } : { boxWidth: 18, boxHeight: 12, padding: 14 };
    const names = { stacked: shape !== "lines", grid: { display: false }, ticks: { maxRotation: 0, autoSkip: !lying, autoSkipPadding: 14 } };
    if (lying) names.ticks.callback = function (at) { return lines(labels[at], this.chart.width); }; // prettier-ignore
    return {
      animation: false,
      maintainAspectRatio: false,
      indexAxis: lying ? "y" : "x",
      interaction: { mode: "index", axis: lying ? "y" : "x", intersect: false },
      scales: lying ? { x: { ...numbers, display: false }, y: names } : { x: names, y: numbers },
      layout: { padding: { right: lying ? ROOM : 0 } },
      onResize: (_, { width }) => lying && fit(width),
      plugins: { legend: { align: "start", onClick: null, labels: legend } },
    };
  }

  function draw(table) {
    const { shape } = table.dataset, { labels, series } = read(table);
    const box = table.closest(".picture").querySelector(".canvas");
    const canvas = document.createElement("canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `${table.dataset.title}, as a picture; the numbers are in the table below`);
    box.replaceChildren(canvas);
    const given = options(shape, labels, box);
    given.plugins.legend.display = series.length > 1;
    return new Chart(canvas, {
      type: shape === "lines" ? "line" : "bar",
      data: { labels, datasets: series.map((one, place) => styled(one, place, shape)) },
      options: given,
      plugins: shape === "bars" ? [NUMBERS] : [],
    });
  }

  function drawAll() {
    for (const chart of drawn) chart.destroy();
    Object.assign(Chart.defaults.font, { family: getComputedStyle(document.body).fontFamily, size: 13 });
    Chart.defaults.color = colour("--quiet");
    drawn = [...document.querySelectorAll("table[data-shape]")].map(draw);
  }

  dark.addEventListener("change", drawAll);
  drawAll();
}
