// Point at a chart, or go through its months with the arrow keys: what the month says, read from the table of all months.
for (const article of document.querySelectorAll(".indicator")) {
  const table = article.querySelector("table.all");
  const heads = table ? [...table.tHead.rows[0].cells].map((cell) => cell.textContent) : [];
  const rows = table ? [...table.tBodies[0].rows].reverse() : [];
  for (const chart of article.querySelectorAll(".chart")) {
    const drawn = chart.querySelector("svg[data-plot]");
    if (!drawn || !rows.length) continue;
    const [left, width, months] = drawn.dataset.plot.split(" ").map(Number);
    const shown = rows.slice(-months);
    const line = chart.appendChild(document.createElement("i"));
    const said = chart.appendChild(document.createElement("output"));
    let at = null;
    const show = (month) => {
      at = month === null ? null : Math.max(0, Math.min(months - 1, month));
      line.hidden = said.hidden = at === null;
      if (at === null) return;
      const place = (100 * (left + (width * (at + 0.5)) / months)) / drawn.viewBox.baseVal.width;
      line.style.left = `${place}%`;
      said.style.left = `${place}%`;
      said.style.transform = `translateX(-${place}%)`;
      const [month_, value, counts, ...others] = [...shown[at].cells].map((cell) => cell.textContent.trim());
      const more = others.map((text, n) => [heads[n + 3], text]).filter(([head, text]) => text && text !== "–" && head !== "Notes");
      said.textContent = [`${month_}: ${value} (${counts})`, ...more.map(([head, text]) => `${head.toLowerCase()} ${text}`)].join("; ");
    };
    show(null);
    chart.tabIndex = 0;
    chart.setAttribute("role", "group");
    chart.setAttribute("aria-label", "Chart; the arrow keys go through its months");
    const under = (event) => {
      const box = drawn.getBoundingClientRect();
      const x = ((event.clientX - box.left) / box.width) * drawn.viewBox.baseVal.width;
      show(Math.floor(((x - left) / width) * months));
    };
    chart.addEventListener("pointermove", under);
    chart.addEventListener("pointerdown", under);
    chart.addEventListener("pointerleave", () => show(null));
    chart.addEventListener("focus", () => at === null && show(months - 1));
    chart.addEventListener("blur", () => show(null));
    chart.addEventListener("keydown", (event) => {
      const last = at === null ? months : at;
      const moves = { ArrowLeft: last - 1, ArrowRight: last + 1, Home: 0, End: months - 1, Escape: null };
      if (!(event.key in moves)) return;
      event.preventDefault();
      show(moves[event.key]);
    });
  }
}
