// Draws an account's charts and tables when the account is opened, from its own data set in the page.
"use strict";
(() => {
  const DAY = 86400000;
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const specifications = read("charts");
  const sections = [...document.querySelectorAll("section.account")];
  const number = (digits) => new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const whole = number(0), tenth = number(1);
  const signed = new Intl.NumberFormat("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "always" });
  const isoDay = (time) => new Date(time).toISOString().slice(0, 10);
  const UNKNOWN = "not known";
  const SERIES = ["followers", "worth", "audience", "community", "gap", "klout", "without"];
  const FORMS = { followers: whole, worth: whole, gap: signed };

  const shown = (name, value) => (value === null || value === undefined ? UNKNOWN : (FORMS[name] || tenth).format(value));
  const within = (name, row) =>
    (row[name] ?? null) === null || row[`${name}Low`] === undefined
      ? shown(name, row[name])
      : row[`${name}Low`] === null
        ? `${shown(name, row[name])} (interval ${UNKNOWN})`
        : `${shown(name, row[name])} (${shown(name, row[`${name}Low`])} to ${shown(name, row[`${name}High`])})`;

  const restored = ([scale, steps]) => {
    let at = 0;
    return steps.map((step) => (step === null ? null : (at += step) / scale));
  };

  const dayRows = (content) => {
    const start = Date.parse(content.start);
    const columns = Object.entries(content.days).map(([name, packed]) => [name, restored(packed)]);
    const rows = Array.from({ length: content.span }, (_, index) => {
      const row = { day: start + index * DAY, next: start + (index + 1) * DAY, dayText: isoDay(start + index * DAY) };
      for (const [name, values] of columns) {
        row[name] = values[index];
        row[`${name}Alone`] =
          values[index] !== null && (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null;
      }
      return row;
    });
    for (const row of rows) for (const name of SERIES) row[`${name}Text`] = within(name, row);
    return rows;
  };

  const eventRows = (content) =>
    content.events.map((event) => ({
      first: Date.parse(event.first),
      end: Date.parse(event.last) + DAY,
      label: `${event.number}`,
      state: event.state,
    }));

  const cellRows = (map) =>
    !map
      ? []
      : map.cells.flatMap(({ kind, steps, counts }) => {
          let at = 0;
          return steps.map((step, index) => {
            at += step;
            const first = Math.floor(at / map.rows) * map.places_each;
            const created = (map.first_day + (at % map.rows) * map.days_each) * DAY;
            const until = created + (map.days_each - 1) * DAY;
            return {
              kind,
              count: counts[index],
              place: first + map.places_each / 2,
              day: created + (map.days_each * DAY) / 2,
              places: map.places_each > 1 ? `${whole.format(first)} to ${whole.format(first + map.places_each - 1)}` : whole.format(first),
              created: map.days_each > 1 ? `${isoDay(created)} to ${isoDay(until)}` : isoDay(created),
            };
          });
        });

  const datasets = new Map();
  const dataOf = (section) => {
    if (!datasets.has(section.id)) {
      const content = read(`data-${section.id}`);
      datasets.set(section.id, { days: dayRows(content), events: eventRows(content), cells: cellRows(content.map) });
    }
    return datasets.get(section.id);
  };

  const config = () => {
    const style = getComputedStyle(document.documentElement);
    const color = (name) => style.getPropertyValue(`--${name}`).trim();
    const quiet = color("quiet"), line = color("line");
    return {
      font: getComputedStyle(document.body).fontFamily,
      view: { stroke: null },
      axis: {
        labelColor: quiet, titleColor: quiet, gridColor: line, domainColor: line, tickColor: line,
        labelFontSize: 12, titleFontSize: 12, titleFontWeight: 400,
      },
      range: { category: [color("otherwise"), color("explained"), color("open"), color("block"), color("unexplained")] },
      style: {
        count: { color: color("count"), strokeWidth: 2.5 },
        community: { color: color("community"), strokeWidth: 2.5, strokeDash: [7, 4] },
        klout: { color: quiet, strokeWidth: 1.75, strokeDash: [1.5, 3] },
        interval: { color: color("community"), opacity: 0.2 },
        event: { opacity: 0.14 },
        "event-edge": { strokeWidth: 1.5, opacity: 0.8 },
        "event-number": { fontSize: 13, fontWeight: 700 },
        reading: { color: quiet },
        alone: { color: color("ink") },
      },
    };
  };

  const drawn = new Map();
  const draw = async (section) => {
    drawn.get(section.id)?.forEach((view) => view.finalize());
    const views = [];
    for (const place of section.querySelectorAll("[data-chart]")) {
      const specification = { ...specifications[place.dataset.chart], datasets: dataOf(section) };
      const options = {
        actions: false, ast: true, logLevel: 1, renderer: "svg", config: config(), defaultStyle: false,
        tooltip: { disableDefaultStyle: true },
      };
      views.push(await window.drawChart(place, specification, options));
      place.querySelector("svg").setAttribute("aria-hidden", "true"); // its place has the words
    }
    drawn.set(section.id, views);
    section.dataset.drawn = "yes";
  };

  const TABLES = {
    count: { data: "days", newestFirst: true, columns: [["dayText", "Day"], ["followersText", "Followers"], ["worthText", "Community (95 % interval)"]] },
    score: {
      data: "days", newestFirst: true,
      columns: [
        ["dayText", "Day"], ["audienceText", "Audience score"], ["communityText", "Community score (95 % interval)"],
        ["gapText", "Vanity gap (95 % interval)"], ["kloutText", "Vanity score"], ["withoutText", "Vanity score without them"],
      ],
    },
    map: { data: "cells", columns: [["places", "Places in follow order"], ["created", "Account created"], ["kind", "Arrived"], ["count", "Followers"]] },
  };

  const fill = (details) => {
    const box = details.querySelector(".scroll");
    if (!details.open || box.firstChild) return;
    const { data, columns, newestFirst } = TABLES[details.dataset.table];
    const rows = [...dataOf(details.closest("section"))[data]];
    if (newestFirst) rows.reverse();
    const known = columns.filter(([name]) => rows.some((row) => row[name.replace(/Text$/, "")] !== undefined));
    const table = document.createElement("table");
    const head = table.createTHead().insertRow();
    for (const [, title] of known) {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = title;
      head.append(cell);
    }
    const body = table.createTBody();
    for (const row of rows) {
      const line = body.insertRow();
      for (const [name] of known) line.insertCell().textContent = typeof row[name] === "number" ? whole.format(row[name]) : row[name];
    }
    box.append(table);
  };

  const opened = () => sections.find((section) => section.id === decodeURIComponent(location.hash.slice(1))) || sections[0];
  const open = () => {
    const section = opened();
    if (section && !section.dataset.drawn) draw(section);
  };

  document.querySelectorAll("details[data-table]").forEach((details) => details.addEventListener("toggle", () => fill(details)));
  window.addEventListener("hashchange", () => {
    open();
    if (location.hash.slice(1) === opened()?.id) opened().focus();
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    sections.forEach((section) => delete section.dataset.drawn);
    open();
  });
  const search = document.getElementById("search");
  search?.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    for (const card of document.querySelectorAll(".card")) card.hidden = !card.dataset.handle.includes(wanted);
  });
  requestAnimationFrame(() => setTimeout(open));
})();
