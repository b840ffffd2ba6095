// Draws an account's charts and tables when the account is opened, from its own data set in the page.
"use strict";
(() => {
  const DAY = 86400000;
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const { config: style, ...specifications } = read("charts");
  const sections = [...document.querySelectorAll("section.account")];
  const number = (digits) => new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const whole = number(0), tenth = number(1);
  const signed = new Intl.NumberFormat("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "always" });
  const isoDay = (time) => new Date(time).toISOString().slice(0, 10);
  const NAMED_EVENTS = 3; // more would stand on each other
  const UNKNOWN = "not known";
  const SERIES = ["followers", "explained", "undecided", "unexplained", "level", "people", "worth", "audience", "community", "gap", "klout", "without", "net", "perVisit", "perEngagement", "impressions", "rate"];
  const FORMS = { followers: whole, explained: whole, undecided: whole, unexplained: whole, people: whole, worth: whole, gap: signed, impressions: whole, net: new Intl.NumberFormat("en-US", { signDisplay: "exceptZero" }) };

  const shown = (name, value) => (value === null || value === undefined ? UNKNOWN : (FORMS[name] || tenth).format(value));
  const within = (name, row) =>
    (row[name] ?? null) === null || row[`${name}Low`] === undefined
      ? shown(name, row[name])
      : row[`${name}Low`] === null
        ? `${shown(name, row[name])} (interval ${UNKNOWN})`
        : `${shown(name, row[name])} (${shown(name, row[`${name}Low`])} to ${shown(name, row[`${name}High`])})`;

  // As tasks/page/series_text.py writes them: the last letter of a number is one of the first 64.
  const LAST = 64, OTHERS = 26;
  const letters = Array.from({ length: 92 }, (_, place) => String.fromCharCode(35 + place)).filter((each) => !"<\\".includes(each));
  const digits = new Map(letters.map((letter, digit) => [letter, digit]));
  const numbersOf = (written) => {
    const numbers = [];
    let rest = 0, isRun = false;
    for (const letter of written) {
      const digit = digits.get(letter);
      if (letter === "!") numbers.push(null);
      else if (letter === " ") isRun = true;
      else if (digit >= LAST) rest = rest * OTHERS + digit - LAST;
      else {
        const number = rest * LAST + digit;
        if (isRun) numbers.push(...Array(number).fill(numbers.at(-1)));
        else numbers.push(number % 2 ? -(number + 1) / 2 : number / 2);
        rest = 0;
        isRun = false;
      }
    }
    return numbers;
  };

  const restored = ([scale, steps]) => {
    let at = 0;
    return numbersOf(steps).map((step) => (step === null ? null : (at += step) / scale));
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
    const last = rows.findLast((row) => row.followers !== null && row.followers !== undefined);
    if (last) last.isLast = true;
    for (const row of rows) {
      const rest = row.unexplained ?? null;
      row.undecided = rest === null ? null : (row.undecided ?? 0);
      row.settled = rest === null || row.followers === null ? null : row.followers - rest;
      row.explained = row.settled === null ? null : row.settled - row.undecided;
      if (rest) row.middle = row.followers - rest / 2;
      if (row.undecided) row.undecidedMiddle = row.settled - row.undecided / 2;
      if (rest || row.undecided) row.explainedEnd = row.explained;
    }
    for (const row of rows) {
      const isKnown = (row.usualLow ?? null) !== null;
      row.usualText = isKnown ? `${tenth.format(row.usualLow)} to ${tenth.format(row.usualHigh)}` : UNKNOWN;
      row.usual = row.usualLow;
    }
    for (const row of rows) for (const name of SERIES) row[`${name}Text`] = within(name, row);
    return rows;
  };

  const postRows = (content, days) => {
    const start = Date.parse(content.start);
    const [hours, engagement] = content.posts.map((steps) => restored([1, steps]));
    const posts = hours.map((hour, index) => ({ at: start + hour * 3600000, engagement: engagement[index] }));
    const byDay = Map.groupBy ? Map.groupBy(posts, (post) => isoDay(post.at)) : new Map();
    for (const row of days) {
      const own = byDay.get(row.dayText) || [];
      row.postsText = own.length ? own.map((post) => whole.format(post.engagement)).join(", ") : "none settled";
    }
    return posts;
  };

  const eventRows = (content) =>
    content.events.map((event) => ({
      first: Date.parse(event.first),
      end: Date.parse(event.last) + DAY,
      label: `${event.number}`,
      came: content.events.length > NAMED_EVENTS ? "" : event.came,
      isLate: Date.parse(event.first) > Date.parse(content.start) + (content.span * DAY) / 2,
      state: event.state,
    }));

  const noteRows = (content) =>
    content.annotations.map((note) => ({
      first: Date.parse(note.first),
      end: Date.parse(note.last) + DAY,
      isLate: Date.parse(note.first) > Date.parse(content.start) + (content.span * DAY) / 2,
      words: content.annotations.length > NAMED_EVENTS ? "" : `\u201c${note.words}\u201d`,
    }));

  const cellRows = (map) =>
    !map
      ? []
      : map.cells.flatMap((cell) => {
          let at = 0;
          const { kind } = cell;
          const counts = numbersOf(cell.counts);
          return numbersOf(cell.steps).map((step, index) => {
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
      const days = dayRows(content);
      datasets.set(section.id, { days, posts: postRows(content, days), events: eventRows(content), annotations: noteRows(content), cells: cellRows(content.map) });
    }
    return datasets.get(section.id);
  };

  const config = () => ({ font: getComputedStyle(document.body).fontFamily, ...style });

  const OPTIONS = {
    actions: false, ast: true, logLevel: 1, renderer: "svg", defaultStyle: false, tooltip: { disableDefaultStyle: true },
  };
  const draw = async (section) => {
    // What is folded away has no width yet: it is drawn when it is opened.
    const places = [...section.querySelectorAll("[data-chart]")].filter((place) => place.clientWidth && !place.dataset.begun);
    for (const place of places) {
      place.dataset.begun = "yes";
      const specification = { ...specifications[place.dataset.chart], datasets: dataOf(section) };
      // Panels below each other have axes and names of one width, so that their days stand below each other.
      const isPanel = specification.autosize.type === "none";
      const width = () => Math.max(place.clientWidth - specification.padding.left - specification.padding.right, 80);
      if (isPanel) specification.width = width();
      const { view } = await window.drawChart(place, specification, { ...OPTIONS, config: config() });
      if (isPanel) window.addEventListener("resize", () => place.clientWidth && view.width(width()).run());
      place.querySelector("svg").setAttribute("aria-hidden", "true"); // its place has the words
      place.dataset.done = "yes";
    }
    section.dataset.drawn = "yes";
  };

  const TABLES = {
    count: {
      data: "days", newestFirst: true,
      columns: [
        ["dayText", "Day"], ["followersText", "Followers"], ["explainedText", "Not part of a wave"],
        ["undecidedText", "Cannot be told"], ["unexplainedText", "Not explained"],
        ["levelText", "Engagement per post (95 % interval)"], ["peopleText", "People who engaged"],
      ],
    },
    activity: {
      data: "days", newestFirst: true,
      columns: [
        ["dayText", "Day"], ["netText", "Net follows"], ["usualText", "Usual (5 % to 95 %)"], ["perVisitText", "New follows per 100 visits"],
        ["perEngagementText", "New follows per 100 engagements"], ["impressionsText", "Impressions"], ["rateText", "Engagements per 100 impressions"],
      ],
    },
    worth: { data: "days", newestFirst: true, columns: [["dayText", "Day"], ["followersText", "Followers"], ["worthText", "Engagement usual for (95 % interval)"]] },
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
  document.querySelectorAll("details.more").forEach((more) => more.addEventListener("toggle", () => draw(more.closest("section"))));
  const search = document.getElementById("search");
  search?.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    for (const card of document.querySelectorAll(".card")) card.hidden = !card.dataset.handle.includes(wanted);
  });
  requestAnimationFrame(() => setTimeout(open));
})();
