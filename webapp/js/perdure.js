// Keeps a page of Perdure fresh without disturbing its reader. Without this script every page works through links.
"use strict";
(() => {
  const PERIOD = 5000, PATIENCE = 4500, BACKOFF = [5000, 10000, 20000, 30000], STALE_AFTER = 2;
  const $ = id => document.getElementById(id);
  const page = document.documentElement, main = $("content"), pause = $("pause"), banner = $("banner");
  const build = main.dataset.build;
  let tag = main.dataset.tag, timer = 0, asking = null, misses = 0, paused = false, ended = false;
  let freshAt = new Date(), skew = 0, remedy = () => ask();

  // ---- Times: the server sends instants, the reader sees how long ago they are.

  const coarse = s =>
    s < 60 ? `${s} s` : s < 3600 ? `${s / 60 | 0} m` : s < 86400 ? `${s / 3600 | 0} h` : `${s / 86400 | 0} d`;
  const exact = s =>
    s < 60 ? `${s} s`
    : s < 3600 ? `${s / 60 | 0} m ${s % 60} s`
    : s < 86400 ? `${s / 3600 | 0} h ${s % 3600 / 60 | 0} m`
    : `${s / 86400 | 0} d ${s % 86400 / 3600 | 0} h`;
  const clock = date => date.toLocaleTimeString([], { hour12: false });
  const words = {
    age: s => s < 2 ? "just now" : `${coarse(s)} ago`,
    for: s => exact(Math.max(0, s)),
    due: s => s >= 0 ? "now" : `in ${-s < 600 ? exact(-s) : coarse(-s)}`,
    at: (_, date) => date.toLocaleString([], { dateStyle: "medium", timeStyle: "medium", hour12: false }),
  };

  function tick() {
    if (document.hidden || paused || misses >= STALE_AFTER || ended) return;
    const now = Date.now() + skew;
    for (const el of document.querySelectorAll("time[data-as]")) {
      const date = new Date(el.dateTime);
      const text = words[el.dataset.as](Math.floor((now - date) / 1000), date);
      if (el.textContent !== text) el.textContent = text;
      if (!el.title) el.title = date.toLocaleString([], { dateStyle: "full", timeStyle: "long", hour12: false });
    }
  }

  // ---- Patching: makes one tree like another, and leaves alone what belongs to the reader.

  function morph(a, b) {
    if (a.nodeType !== 1) {
      if (a.data !== b.data) a.data = b.data;
    } else if (a.dataset.keep !== undefined || a.dataset.hold !== undefined || a.nodeName === "TEXTAREA") {
      return;
    } else if (a.nodeName === "INPUT") {
      if (a.type === "hidden") a.value = b.value;
    } else if (a.nodeName !== "TIME" || a.dateTime !== b.dateTime || a.dataset.as !== b.dataset.as) {
      attributes(a, b);
      children(a, b);
    }
  }

  function attributes(a, b) {
    const ours = name => a.nodeName === "DETAILS" && name === "open";
    for (const { name, value } of b.attributes)
      if (!ours(name) && a.getAttribute(name) !== value) a.setAttribute(name, value);
    for (const { name } of [...a.attributes]) if (!ours(name) && !b.hasAttribute(name)) a.removeAttribute(name);
  }

  const key = node => node.dataset?.key;

  /** The node from `at` on that `want` is to be merged into; nodes with keys are never skipped for one without. */
  function match(at, want) {
    for (let node = at; node; node = node.nextSibling) {
      if (key(want) ? key(node) === key(want) : !key(node) && node.nodeName === want.nodeName) return node;
      if (!key(want) && (key(node) || want.nodeType !== 1)) return null;
    }
    return null;
  }

  function children(a, b) {
    let at = a.firstChild;
    for (const want of [...b.childNodes]) {
      const have = match(at, want);
      if (!have) {
        a.insertBefore(want, at);
        continue;
      }
      while (at !== have) at = drop(at);
      at = have.nextSibling;
      morph(have, want);
    }
    while (at) at = drop(at);
  }

  function drop(node) {
    const next = node.nextSibling;
    node.remove();
    return next;
  }

  // ---- New runs wait for the reader: while a list is being read, the server is asked for the same runs only.

  const pill = document.createElement("button");
  document.body.append(Object.assign(pill, { type: "button", className: "pill", hidden: true }));

  const rows = () => main.querySelector(".rows");
  const params = () => new URL(location.href).searchParams;
  let anchored = false, revealing = false;

  function isReading() {
    const list = rows();
    return !!list && (list.getBoundingClientRect().top < 0 || list.matches(":hover, :focus-within")
      || params().has("open"));
  }

  const isSelecting = () => {
    const selection = getSelection();
    return !selection.isCollapsed && main.contains(selection.anchorNode);
  };

  function address() {
    const url = new URL(main.dataset.live + location.search, location.href);
    url.searchParams.set("live", "1");
    anchored = !revealing && isReading() && !params().has("cursor");
    if (anchored) url.searchParams.set("top", rows().firstElementChild.dataset.key);
    return url;
  }

  function apply(html) {
    const next = new DOMParser().parseFromString(html, "text/html").querySelector("main");
    if (!next || !html.trimEnd().endsWith("</main>")) throw new Error("The answer is not complete.");
    if (next.dataset.build !== build) {
      end("Perdure has been updated.", "Reload");
      return;
    }
    const first = rows()?.firstElementChild, nextFirst = next.querySelector(".rows > li");
    if (!anchored && !revealing && isReading() && first && nextFirst && key(first) !== key(nextFirst)) {
      setTimeout(ask);
      return;
    }
    morph(main, next);
    revealing = false;
    const newer = next.dataset.newer;
    pill.hidden = !newer;
    if (newer) say(pill.textContent = `Show ${newer} new ${newer === "1" ? "run" : "runs"}`);
    tick();
  }

  // ---- Asking: one request at a time, the next one after its answer.

  async function ask() {
    clearTimeout(timer);
    if (ended) return;
    asking?.abort();
    const mine = asking = new AbortController();
    const patience = setTimeout(() => mine.abort(), PATIENCE);
    try {
      const answer = await fetch(address(), {
        headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store", redirect: "manual", signal: mine.signal,
      });
      const html = answer.status === 200 ? await answer.text() : null;
      if (mine === asking) take(answer, html);
    } catch {
      if (mine === asking) miss("the server can't be reached");
    } finally {
      clearTimeout(patience);
      if (mine === asking) schedule();
    }
  }

  function take(answer, html) {
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
      end("you are signed out.", "Sign in");
    } else if (answer.status === 404) {
      end("this run is not stored any longer.", "Reload");
    } else if (html === null && answer.status !== 304) {
      miss(answer.status === 503 ? "the server is not ready" : `the server answers with an error (${answer.status})`);
    } else {
      const date = Date.parse(answer.headers.get("Date"));
      skew = Math.abs(date - Date.now()) > 2000 ? date - Date.now() : 0;
      if (html !== null) {
        tag = null;
        apply(html);
        tag = answer.headers.get("ETag");
      }
      if (!ended) hit();
    }
  }

  function schedule() {
    clearTimeout(timer);
    if (paused || ended || document.hidden) return;
    const wait = misses ? BACKOFF[Math.min(misses, BACKOFF.length) - 1] * (0.8 + 0.4 * Math.random()) : PERIOD;
    timer = setTimeout(() => isSelecting() ? schedule() : ask(), wait);
  }

  // ---- Saying how fresh the page is.

  const say = text => { if ($("status").textContent !== text) $("status").textContent = text; };

  function hit() {
    if (misses >= STALE_AFTER) say("Connection restored.");
    misses = 0;
    freshAt = new Date();
    show();
  }

  function miss(why) {
    misses++;
    if (misses >= STALE_AFTER) warn(`Not updating: ${why}.`, "Retry now", ask);
    show();
  }

  function end(why, action) {
    ended = true;
    misses = STALE_AFTER;
    warn(`Not updating: ${why}`, action, () => location.reload());
    show();
  }

  function warn(text, action, act) {
    text = `${text} Showing data from ${clock(freshAt)}.`;
    $("banner-text").textContent = text;
    $("retry").textContent = action;
    remedy = act;
    say(text);
  }

  function show() {
    const stale = misses >= STALE_AFTER;
    page.classList.toggle("stale", stale);
    page.classList.toggle("paused", paused);
    banner.hidden = !stale;
    $("fresh-text").textContent =
      stale ? `Not updating since ${clock(freshAt)}` : paused ? `Paused at ${clock(freshAt)}` : `Updated ${clock(freshAt)}`;
  }

  // ---- What the reader does.

  function toggle(link) {
    const url = new URL(main.dataset.live + location.search, location.href), open = url.searchParams.getAll("open");
    const id = link.dataset.toggle, isOpen = open.includes(id);
    url.searchParams.delete("open");
    (isOpen ? open.filter(other => other !== id) : [...open, id]).forEach(other => url.searchParams.append("open", other));
    history.replaceState(null, "", url);
    link.setAttribute("aria-expanded", String(!isOpen));
    link.parentElement.classList.toggle("open", !isOpen);
    if (isOpen) link.nextElementSibling?.remove();
    ask();
  }

  document.addEventListener("click", event => {
    const link = event.target.closest("a[data-toggle]");
    if (link && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)) {
      event.preventDefault();
      toggle(link);
    }
    const example = event.target.closest("[data-use-example]");
    if (example) {
      const field = example.form.elements.input;
      field.value = field.dataset.example;
      field.focus();
    }
  });
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    say(paused ? "Paused." : "Updating again.");
    show();
    if (paused) clearTimeout(timer); else ask();
  });

  pill.addEventListener("click", () => {
    const url = new URL(location.href);
    url.searchParams.delete("open");
    history.replaceState(null, "", url);
    revealing = pill.hidden = true;
    scrollTo({ top: 0 });
    ask();
  });
  $("retry").addEventListener("click", () => remedy());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) clearTimeout(timer); else if (!paused) ask();
  });
  addEventListener("online", () => paused || ask());
  addEventListener("pageshow", event => event.persisted && ask(tag = null));

  // ---- Beginning.

  const wide = matchMedia("(min-width: 900px)");
  function unfold() {
    for (const fold of document.querySelectorAll("[data-wide-open]")) {
      fold.open = wide.matches || fold.querySelector(".form-error") !== null;
      fold.firstElementChild.tabIndex = wide.matches ? -1 : 0;
    }
  }
  document.addEventListener("click", event => {
    if (wide.matches && event.target.closest("[data-wide-open] > summary")) event.preventDefault();
  });
  wide.addEventListener("change", unfold);
  unfold();
  for (const el of document.querySelectorAll("[data-hold]")) el.hidden = false;
  show();
  tick();
  setInterval(tick, 1000);
  schedule();
})();
