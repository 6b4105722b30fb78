// What the page does by itself: citations, previews, copying, the connection. No text is
// ever put into the page as markup here.
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const send = (data) => window.citewireSend && window.citewireSend(data);
  let before = null; // what had the focus before an article was opened over the page
  let wanted = null; // the citation to show once its panel is there: turn and number
  // What the reader was at, over any reload: ours, or Gradio's when it meets another server.
  const KEPT = "citewire-kept";
  let kept = JSON.parse(sessionStorage.getItem(KEPT)); // until it is put back
  const box = () => $("#question textarea");
  const setBox = (text) => { box().value = text; box().dispatchEvent(new Event("input", { bubbles: true })); };
  const turns = () => $$("#talk .turn");

  // ---- light and dark
  const theme = localStorage.getItem("citewire-theme");
  const setTheme = (dark) => {
    document.body.classList.toggle("dark", dark);
    document.documentElement.style.colorScheme = dark ? "dark" : "light";
  };
  if (theme) setTheme(theme === "dark");

  // ---- the status that screen readers hear
  const status = document.createElement("div");
  status.id = "announce";
  status.setAttribute("role", "status");
  status.className = "unseen";
  document.body.append(status);
  const announce = (text) => { if (status.textContent !== text) status.textContent = text; };

  // ---- the evidence panel
  const openPanel = (open) => document.body.classList.toggle("evidence-open", open);
  const showSource = (n, scroll = true) => {
    const panel = $("#evidence");
    $$(".card.on, blockquote.on", panel).forEach((e) => e.classList.remove("on"));
    const quote = $(`blockquote[data-n="${n}"]`, panel);
    if (!quote) return false;
    quote.classList.add("on");
    quote.closest(".card").classList.add("on");
    $$(".dot", panel).forEach((d) => d.classList.toggle("on", d.dataset.n === String(n)));
    const mark = $("mark", quote) || quote;
    if (scroll) {
      const column = $("#evidence-column");
      const card = quote.closest(".card");
      const top = (card.offsetHeight < column.clientHeight * 0.8 ? card : mark).getBoundingClientRect().top;
      column.scrollTo({ top: column.scrollTop + top - column.getBoundingClientRect().top - 16, behavior: "smooth" });
      mark.focus({ preventScroll: true });
    }
    return true;
  };
  const cite = (x, n) => {
    openPanel(true);
    const panel = $("#evidence .panel");
    if (panel && panel.dataset.x === x && !panel.classList.contains("whole") && showSource(n)) return;
    wanted = { x, n };
    send({ act: "evidence", x });
  };

  // ---- asking, and asking again
  const TWICE = 700; // ms within which the same again is one press too many
  let earlier = { what: "", at: -TWICE };
  const again = (what) => {
    const now = performance.now(), twice = what === earlier.what && now - earlier.at < TWICE;
    if (!twice) earlier = { what, at: now };
    return twice;
  };
  // The button that was used goes away: the focus must not be lost with it.
  let homing = 0; // until when a focus that is lost goes home
  const home = () => {
    homing = performance.now() + 2000;
    if (matchMedia("(pointer: coarse)").matches) { $("#talk").tabIndex = -1; $("#talk").focus({ preventScroll: true }); }
    else if (box() && box().offsetParent) box().focus({ preventScroll: true });
  };
  // Whether the turns after this one may go.
  const mayGo = (x) => {
    const later = turns().length - 1 - turns().findIndex((t) => t.dataset.x === x);
    return !later || confirm(later === 1
      ? "The question after this one is removed, with its answer. Go on?"
      : `The ${later} questions after this one are removed, with their answers. Go on?`);
  };
  const change = (data) => send({ ...data, last: turns().pop()?.dataset.x });

  let editing = null; // the turn whose question is in the box, and what was there before
  const bar = document.createElement("div");
  bar.id = "editing";
  const barText = document.createElement("span"), barCancel = document.createElement("button");
  barCancel.type = "button";
  barCancel.className = "ghost";
  barCancel.dataset.act = "cancel";
  barCancel.textContent = "Cancel";
  bar.append(barText, barCancel);
  const edit = (x) => {
    const draft = editing ? editing.draft : box().value;
    editing = { x, draft, sent: null };
    const at = turns().findIndex((t) => t.dataset.x === x);
    barText.textContent = `Editing question ${at + 1}. It is replaced when you ask.`;
    $("#ask-row").before(bar);
    setBox($(".ask h2", turns()[at]).textContent);
    box().focus();
  };
  const stopEditing = (text) => {
    editing = null;
    bar.remove();
    setBox(text);
  };
  // The edited turn is gone: replaced by ours, or elsewhere.
  const edited = () => {
    if (!editing || turns().some((t) => t.dataset.x === editing.x)) return;
    const now = turns().pop();
    const ours = editing.sent !== null && now && $(".ask h2", now).textContent.trim() === editing.sent;
    stopEditing(ours || editing.sent === null ? editing.draft : box().value);
  };
  // What to do with a press of Enter or Ask: true where Gradio must not hear of it.
  const asking = () => {
    const text = box().value.trim();
    // Already sent and taken out of the box, else the server says what is missing.
    if (!text) return performance.now() - earlier.at < TWICE;
    if (again(`${text} ${JSON.stringify(filters)}`)) return true;
    if (!editing) return false;
    if (mayGo(editing.x)) {
      editing.sent = text;
      change({ act: "ask", q: text, instead: editing.x });
    }
    return true;
  };
  const swallow = (e) => { e.preventDefault(); e.stopImmediatePropagation(); };
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Enter" || e.shiftKey || e.isComposing || e.target !== box()) return;
    if (e.repeat || asking()) swallow(e);
  }, true);
  document.addEventListener("click", (e) => {
    if (e.target.closest && e.target.closest("#send") && asking()) swallow(e);
  }, true);

  // ---- previews
  const tip = document.createElement("div");
  tip.id = "preview";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  document.body.append(tip);
  const line = (className, text) => {
    const part = document.createElement("div");
    part.className = className;
    part.textContent = text;
    return part;
  };
  const preview = (link) => {
    if (!link || !link.dataset.quote) { tip.hidden = true; return; }
    tip.replaceChildren(line("who", link.dataset.who), line("title", link.dataset.title), line("quote", link.dataset.quote));
    tip.hidden = false;
    const at = link.getBoundingClientRect();
    const left = Math.max(8, Math.min(at.left - 20, innerWidth - tip.offsetWidth - 8));
    const above = at.top - tip.offsetHeight - 8;
    tip.style.left = `${left}px`;
    tip.style.top = `${above > 8 ? above : at.bottom + 8}px`;
  };
  document.addEventListener("mouseover", (e) => preview(e.target.closest && e.target.closest("a.cite")));
  document.addEventListener("focusin", (e) => preview(e.target.closest && e.target.closest("a.cite")));
  document.addEventListener("scroll", () => preview(null), true);

  // ---- what buttons do
  const copyAnswer = (button) => {
    const turn = button.closest(".turn");
    const text = $$(".said p", turn).map((p) => p.textContent.replaceAll("\u2060", "")).join("\n\n");
    const done = () => { button.textContent = "Copied"; setTimeout(() => { button.textContent = "Copy"; }, 1500); };
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, () => {});
  };
  const download = (name, kind, text) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: kind }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
  // ---- the filters: said even where they are folded away, kept over a reload
  const NO_FILTERS = ["", "", [], false];
  const keptFilters = kept && kept.filters;
  let filters = NO_FILTERS;
  const told = document.createElement("p");
  told.id = "told";
  window.citewireFilters = (...now) => {
    filters = now;
    const [since, until, publishers, latest] = now;
    const parts = [];
    if (since) parts.push(`from ${since}`);
    if (until) parts.push(`to ${until}`);
    if (publishers && publishers.length) parts.push(publishers.join(", "));
    if (latest) parts.push("latest first");
    told.textContent = parts.length ? `Filters: ${parts.join(" · ")}` : "";
    const place = $("#filters");
    if (place && told.parentElement !== place.parentElement) place.after(told);
  };
  window.citewireKept = () => {
    const now = keptFilters || NO_FILTERS;
    window.citewireFilters(...now);
    return now;
  };
  window.citewireDownload = (file) => { if (file) download(file.name, file.kind, file.text); };
  const own = {
    cite: (b) => cite(b.dataset.x, b.dataset.n),
    dot: (b) => showSource(b.dataset.n),
    copy: copyAnswer,
    close: () => openPanel(false),
    side: () => document.body.classList.toggle("side-open"),
    theme: () => {
      const dark = !document.body.classList.contains("dark");
      localStorage.setItem("citewire-theme", dark ? "dark" : "light");
      setTheme(dark);
    },
    evidence: (b) => { openPanel(true); wanted = null; send({ ...b.dataset }); },
    article: (b) => { openPanel(true); wanted = null; send({ ...b.dataset }); },
    ask: (b) => { if (!again(`${b.dataset.q.trim()} ${JSON.stringify(filters)}`)) { home(); send({ ...b.dataset }); } },
    retry: (b) => {
      if (again(`retry ${b.dataset.x}`) || !mayGo(b.dataset.x)) return;
      home();
      change({ ...b.dataset, instead: b.dataset.x });
    },
    undo: (b) => {
      if (again("undo") || !mayGo(b.dataset.x)) return;
      home();
      change(b.dataset);
    },
    edit: (b) => edit(b.dataset.x),
    cancel: () => { stopEditing(editing ? editing.draft : box().value); home(); },
    down: (b) => {
      const form = $(`.reasons[data-x="${b.dataset.x}"]`);
      if (form) { form.hidden = !form.hidden; if (!form.hidden) $("input", form).focus(); }
    },
    reasons: (b) => {
      const form = b.closest(".reasons");
      const reasons = $$("input[type=checkbox]:checked", form).map((i) => i.value);
      send({ act: "down", x: b.dataset.x, reasons, comment: $("input[type=text]", form).value });
      form.hidden = true;
    },
    shut: () => { const r = $("#reading .sheet"); if (r) { r.remove(); if (before) before.focus(); } },
    read: (b) => { before = b; send({ ...b.dataset }); },
    remove: (b) => { if (confirm("Remove this article with all its versions?")) send({ ...b.dataset }); },
    delete: (b) => { if (confirm("Delete this chat?")) { home(); send({ ...b.dataset }); } },
    about: (b) => { if (!again(`${b.dataset.q.trim()} ${JSON.stringify(filters)}`)) { own.shut(); send({ ...b.dataset }); } },
    open: (b) => { document.body.classList.remove("side-open"); home(); send({ ...b.dataset }); },
  };
  document.addEventListener("click", (e) => {
    const target = e.target.closest && e.target.closest("[data-act]");
    if (!target) return;
    e.preventDefault();
    preview(null);
    const act = own[target.dataset.act];
    if (act) act(target); else send({ ...target.dataset });
  });
  document.addEventListener("submit", (e) => { if (e.target.matches(".reasons")) e.preventDefault(); });
  document.addEventListener("keydown", (e) => {
    if (e.key === "Escape") {
      preview(null);
      const stop = $("#stop");
      if ($("#reading .sheet")) own.shut();
      else if (editing) own.cancel();
      else if (stop && stop.offsetParent) stop.click();
      else { openPanel(false); document.body.classList.remove("side-open"); }
    }
    if ((e.key === "Enter" || e.key === " ") && e.target.matches && e.target.matches("[data-act][role=button]")) {
      e.preventDefault();
      e.target.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    }
    if (e.key === "/" && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      if (box() && box().offsetParent) { e.preventDefault(); box().focus(); }
    }
    const sheet = $("#reading .sheet");
    if (e.key === "Tab" && sheet) { // it is modal: Tab stays within
      const inside = $$("a[href], button, summary, [tabindex='0']", sheet).filter((i) => i.offsetParent);
      const first = inside[0], last = inside[inside.length - 1], at = document.activeElement;
      const out = !sheet.contains(at) || at === (e.shiftKey ? first : last) || (e.shiftKey && at === sheet);
      if (out) { e.preventDefault(); (e.shiftKey ? last : first).focus(); }
    }
  });

  // ---- following what the server renders
  let busy = false;
  const watch = () => {
    const talk = $("#talk"), panel = $("#evidence");
    if (!talk || !panel) { setTimeout(watch, 50); return; }
    new MutationObserver(() => {
      const running = $(".reply[aria-busy=true]", talk);
      const now = Boolean(running);
      const stage = $(".stage", talk);
      if (stage) announce(stage.textContent);
      const fresh = now || busy;
      if (busy && !now) announce("Answer ready");
      busy = now;
      edited();
      if (document.activeElement === document.body && performance.now() < homing) home();
      const last = $$(".turn", talk).pop();
      if (fresh && last) {
        const tall = last.offsetHeight > talk.clientHeight - 40;
        talk.scrollTo({ top: tall ? last.offsetTop - talk.offsetTop - 8 : talk.scrollHeight, behavior: "auto" });
      }
    }).observe(talk, { childList: true, subtree: true });
    new MutationObserver(() => {
      const there = $(".panel", panel);
      // Not in the panel that is about to go.
      if (wanted && there && there.dataset.x === wanted.x && showSource(wanted.n)) wanted = null;
      const whole = $(".panel.whole", panel);
      if (whole && !whole.dataset.seen) {
        whole.dataset.seen = "1";
        const mark = $("mark", whole);
        if (mark) mark.scrollIntoView({ block: "center" }); else $("#evidence-column").scrollTop = 0;
        whole.focus({ preventScroll: true });
      }
    }).observe(panel, { childList: true, subtree: true });
    new MutationObserver(() => {
      const sheet = $("#reading .sheet");
      if (sheet && !sheet.dataset.seen) { sheet.dataset.seen = "1"; sheet.focus(); }
    }).observe($("#reading"), { childList: true, subtree: true });
    const close = document.createElement("button");
    close.type = "button";
    close.id = "close-evidence";
    close.dataset.act = "close";
    close.setAttribute("aria-label", "Close the sources");
    close.textContent = "×";
    $("#evidence-column").prepend(close);
    talk.scrollTop = talk.scrollHeight;
  };
  watch();

  // ---- the connection: the page comes back by itself after a restart
  let born = null, lost = false;
  const banner = document.createElement("div");
  banner.id = "lost";
  banner.setAttribute("role", "alert");
  banner.hidden = true;
  banner.textContent = "The server can't be reached. Trying again…";
  document.body.append(banner);
  const goOn = (tries = 1200) => {
    const tab = $$("#pages [role=tab]").find((t) => t.textContent.trim() === kept.tab);
    if (!box() || !tab || !$("#talk .turn, #talk .welcome")) { if (tries) setTimeout(goOn, 50, tries - 1); return; }
    if (kept.draft && !box().value) setBox(kept.draft);
    if (tab.getAttribute("aria-selected") !== "true") tab.click();
    kept = null;
  };
  if (kept) goOn();
  window.addEventListener("pagehide", () => {
    const tab = $("#pages [role=tab][aria-selected=true]");
    const now = kept || (tab && box() && { tab: tab.textContent.trim(), draft: box().value, filters });
    if (now) sessionStorage.setItem(KEPT, JSON.stringify(now));
  });
  const ping = async () => {
    try {
      const health = await (await fetch("/health", { cache: "no-store", signal: AbortSignal.timeout(15000) })).json();
      if ((born !== null && born !== health.started) || lost) { location.reload(); return; }
      born = health.started;
    } catch (error) {
      lost = true;
      banner.hidden = false;
      document.body.classList.add("lost");
    }
    setTimeout(ping, lost ? 1000 : 4000);
  };
  ping();
})();
