// The web chat: bubbles on the page, a queue that survives a reload, and pushed replies.
// Runs on browsers that know ES2017. Nothing here reads or writes HTML from a reply: see `rich`.
(function () {
  "use strict";

  const LIMIT = 5000, KEPT = 60, GUARD = 600, PATIENCE = 30000, SILENCE = 60000, HIDDEN = 300000;
  const SIZES = [100, 115, 130, 145, 160];
  const root = document.documentElement, body = document.body;
  const base = body.dataset.base, embedded = body.classList.contains("embedded");
  const $ = id => document.getElementById(id);
  const log = $("log"), text = $("text"), form = $("form"), status = $("status");
  const words = JSON.parse($("strings").textContent);
  const say = (key, n) => (words[key] || words["web.js." + key] || key).replace("{n}", n);
  const desk = window.matchMedia("(hover: hover) and (pointer: fine)");

  // ---- what is remembered -------------------------------------------------------------------------------------
  // The conversation lives in sessionStorage only: many people share a computer. Looks live in localStorage.

  const memory = {};
  function keep(area, key, value) {
    try { window[area].setItem(key, value); } catch (e) { memory[key] = value; }
  }
  function kept(area, key) {
    try { const v = window[area].getItem(key); if (v !== null) return v; } catch (e) { /* storage is blocked */ }
    return memory[key];
  }

  const SHORT = 18;                                  // two such labels fit side by side on a small phone
  const place = "troly:" + base;
  const fresh = () => ({ session: null, started: false, bubbles: [], queue: [], event: "" });
  let state = fresh();
  try { state = Object.assign(state, JSON.parse(kept("sessionStorage", place) || "{}")); } catch (e) { /* broken: start anew */ }

  function save() {
    const b = state.bubbles;
    while (b.length > KEPT) {
      const spare = b.findIndex(x => !x.state);
      if (spare < 0) break;
      b.splice(spare, 1);
    }
    keep("sessionStorage", place, JSON.stringify(state));
  }

  function token() {
    return Array.from(crypto.getRandomValues(new Uint8Array(12)), x => ("0" + x.toString(16)).slice(-2)).join("");
  }

  // ---- text of a reply, as nodes --------------------------------------------------------------------------------

  function make(tag, cls, content) {
    const node = document.createElement(tag);
    if (cls) node.className = cls;
    if (content) node.textContent = content;
    return node;
  }

  const LINK = /^\[((?:\\.|[^\\\]])+)\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)/;
  const SAFE = /^(https:\/\/[^\s/]|tel:[+\d]|mailto:[^\s])/i;

  function inline(into, s, nested) {
    let plain = "";
    const flush = () => { if (plain) into.append(plain); plain = ""; };
    for (let i = 0; i < s.length;) {
      const rest = s.slice(i);
      let m;
      if ((m = /^\\([!-/:-@[-`{-~])/.exec(rest))) {
        plain += m[1];
      } else if (nested !== "b" && (m = /^\*\*(?=\S)((?:\\.|[^\\])+?)\*\*/.exec(rest))) {
        flush();
        into.append(inline(make("strong"), m[1], "b"));
      } else if (nested !== "a" && (m = LINK.exec(rest)) && SAFE.test(m[2])) {
        flush();
        const a = inline(make("a"), m[1], "a");
        a.href = m[2];
        a.rel = "noopener noreferrer";
        if (/^https/i.test(m[2])) {
          a.target = "_blank";
          a.append(make("span", "vh", " (" + say("new_tab") + ")"));
        }
        into.append(a);
      } else {
        m = [s[i]];
        plain += s[i];
      }
      i += m[0].length;
    }
    flush();
    return into;
  }

  function rich(into, source) {
    let open = null;                                   // the paragraph or list that the next line may continue
    for (const line of String(source).replace(/\r\n?/g, "\n").replace(/\0/g, "").split("\n")) {
      const item = /^\s{0,3}(?:[-*•]|(\d{1,3})[.)])\s+(.*)$/.exec(line);
      if (!line.trim()) {
        if (open && open.tagName === "P") open = null;
      } else if (item) {
        const tag = item[1] ? "OL" : "UL";
        if (!open || open.tagName !== tag) {
          open = make(tag);
          if (item[1] && item[1] !== "1") open.start = +item[1];
          into.append(open);
        }
        const li = make("li");
        if (item[1]) li.value = +item[1];
        open.append(inline(li, item[2]));
      } else if (open && open.tagName !== "P" && /^\s{2}/.test(line)) {
        inline(open.lastChild, " " + line.trim());
      } else {
        if (open && open.tagName === "P") open.append(make("br"));
        else into.append(open = make("p"));
        inline(open, line);
      }
    }
    return into;
  }

  // ---- bubbles ----------------------------------------------------------------------------------------------------
  // A bubble: {who: "me" | "bot" | "notice", text, at, buttons?, id?, state?: "wait" | "failed", send?}

  // A picture of our own site, nothing else. It opens for a day: afterwards its caption stays alone.
  function picture(b) {
    const img = make("img", "pic");
    img.alt = b.text.replace(/\*\*|\\/g, "");
    img.onerror = () => img.remove();
    img.src = b.picture;
    return img;
  }

  function draw(b) {
    const node = make("div", "msg " + b.who);
    const who = make("span", "vh", say(b.who === "me" ? "you" : b.who) + ": ");
    const box = make("div", "box");
    box.dir = "auto";
    if (b.who === "me") box.textContent = b.text; else rich(box, b.text);
    box.insertBefore(who, box.firstChild);
    if (b.picture) box.append(picture(b));
    node.append(box);
    const foot = make("div", "tail");
    const at = new Date(b.at);
    const clock = make("time", "", at.toLocaleTimeString(root.lang, { hour: "2-digit", minute: "2-digit" }));
    clock.dateTime = at.toISOString();
    foot.append(clock);
    if (b.who === "bot" && b.text.length > 160) {
      const p = make("button", "link one", say("print"));
      p.type = "button";
      p.onclick = () => {
        node.classList.add("chosen");
        body.classList.add("one-answer");
        window.addEventListener("afterprint", () => {
          node.classList.remove("chosen");
          body.classList.remove("one-answer");
        }, { once: true });
        window.print();
      };
      foot.append(p);
    }
    node.append(foot);
    if (b.buttons && b.buttons.length) {
      const group = make("div", "btns");
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", say("choices"));
      for (const one of b.buttons) {
        const k = make("button", one.label.length > SHORT ? "long" : "", one.label);
        k.type = "button";
        k.onclick = () => tap(b, one);
        group.append(k);
      }
      node.append(group);
    }
    b.node = () => node;
    mark(b);
    return node;
  }

  function mark(b) {
    const node = b.node && b.node();
    if (!node || b.who !== "me") return;
    const foot = node.querySelector(".tail");
    const look = b.state === "failed" ? "failed" : b.state === "wait" && trouble ? "wait" : "";
    if (node.dataset.look === look) return;
    node.dataset.look = look;
    foot.querySelectorAll(".flag").forEach(x => x.remove());
    if (look === "wait") foot.append(make("span", "flag", say("waiting")));
    if (look === "failed") {
      foot.append(make("span", "flag", b.why || say("failed")));
      const again = make("button", "link flag", say(b.edit ? "edit" : "resend"));
      again.type = "button";
      again.onclick = () => (b.edit ? edit(b) : resend(b));
      foot.append(again);
    }
  }

  const near = () => root.scrollHeight - window.innerHeight - window.scrollY < 120;

  // Large letters on a small screen: the header scrolls away and the hint goes, so that the answer keeps its room.
  function fit() {
    root.classList.remove("tight");
    if (!$("tools").hidden) return;                    // the buttons stay under the finger while they are used
    const taken = document.querySelector(".top").offsetHeight + form.parentNode.offsetHeight;
    root.classList.toggle("tight", taken > window.innerHeight * 0.42);
  }

  // Shows the first new bubble from its beginning: a long answer is read from the top.
  function follow(first) {
    const top = first.getBoundingClientRect().top + window.scrollY;
    const head = document.querySelector(".top");
    const above = getComputedStyle(head).position === "sticky" ? head.offsetHeight : 0;
    window.scrollTo(0, Math.min(top - above - 12, root.scrollHeight));
    $("newer").hidden = true;
  }

  function add(list, quiet) {
    const stay = quiet && !near();
    let first = null;
    for (const b of list) {
      if (b.who === "me") log.querySelectorAll(".msg").forEach(x => x.classList.add("old"));
      b.at = b.at || Date.now();
      state.bubbles.push(b);
      const node = draw(b);
      log.append(node);
      first = first || node;
    }
    save();
    if (!first) return;
    if (stay) { $("newer").hidden = false; $("newer").onclick = () => follow(first); } else follow(first);
    if (embedded && quiet) tell("unread");
  }

  const ours = path => (typeof path === "string" && path.startsWith(base + "/board/") ? path : "");

  function replies(list) {
    return (list || []).map(r => ({ who: "bot", text: String(r.text || ""), key: r.key, buttons: r.buttons || [], picture: ours(r.picture) }));
  }

  // ---- sending: one at a time, in order, the same id on every attempt -------------------------------------------------

  let running = false, trouble = "", until = 0, timer = 0, tries = 0, faults = 0, renewals = 0, lastTap = 0;
  let notice = "", resized = false, seconds = 0, flying = null;

  function push(item, bubble) {
    item.id = token();
    state.queue.push(item);
    if (bubble) { bubble.id = item.id; bubble.state = "wait"; add([bubble]); } else save();
    pump();
    show();
  }

  function tap(b, one) {
    const now = Date.now();
    if (now - lastTap < GUARD) return;
    lastTap = now;
    if (state.queue.some(q => q.tap === one.value)) return;
    notice = "";
    if (b.who === "notice") push({ text: one.value });              // the greeting that could not be fetched
    else push({ tap: one.value }, { who: "me", text: one.label });
    if (desk.matches) text.focus({ preventScroll: true });
  }

  function resend(b) {
    const item = b.send;
    if (!item || state.queue.some(q => q.id === item.id)) return;
    b.state = "wait";
    state.queue.push(item);
    mark(b);
    save();
    pump();
  }

  function edit(b) {
    text.value = b.text + (text.value ? "\n" + text.value : "");
    b.edit = false;
    b.state = "";
    typed();
    save();
    mark(b);
    text.focus();
  }

  function later(ms, why) {
    trouble = why;
    until = Date.now() + ms;
    seconds = Math.ceil(ms / 1000);
    clearTimeout(timer);
    timer = setTimeout(pump, ms);
    show();
  }

  function pause(r) {
    const h = r.headers.get("Retry-After");
    const s = h && !/^\s*\d+\s*$/.test(h) ? (Date.parse(h) - Date.now()) / 1000 : parseInt(h, 10);
    return Math.min(Math.max(s > 0 ? Math.ceil(s) : 5, 1), 600);
  }

  const growing = n => Math.min(1000 * Math.pow(2, n), 30000) * (0.7 + 0.6 * Math.random());

  async function ask(path, data) {
    const stop = flying = window.AbortController ? new AbortController() : null;
    const t = setTimeout(() => stop && stop.abort(), PATIENCE);
    const headers = { "Content-Type": "application/json", "Accept-Language": root.lang };
    if (data.id) headers.Authorization = "Bearer " + state.session;
    try {
      const r = await fetch(base + path, {
        method: "POST", headers, body: JSON.stringify(data), cache: "no-store",
        signal: stop ? stop.signal : undefined
      });
      let out = {};
      try { out = await r.json(); } catch (e) { if (r.ok) throw e; }
      return { status: r.status, ok: r.ok, headers: r.headers, out };
    } finally {
      clearTimeout(t);
    }
  }

  async function pump() {
    if (running) return;
    if (Date.now() < until - 50) return;
    running = true;
    clearTimeout(timer);
    try {
      while (state.queue.length) {
        const epoch = state;
        const item = state.queue[0];
        const wait = setTimeout(() => busy(true), 350);
        let r;
        try {
          if (!state.session) {
            r = await ask("/chat/session", {});
            if (epoch !== state) continue;
            if (r.ok) {
              if (!r.out.session) throw new Error("no session");
              state.session = r.out.session;
              state.event = "";
              save();
              listen();
            }
          }
          if (state.session) r = await ask("/chat", item);
        } catch (e) {
          r = null;
        } finally {
          clearTimeout(wait);
          busy(false);
        }
        if (epoch !== state) continue;               // the chat was cleared meanwhile
        if (!settle(item, r)) return;
      }
    } finally {
      running = false;
      show();
    }
  }

  // Decides what an attempt means. False: pause; `later` has set the clock.
  function settle(item, r) {
    const own = state.bubbles.find(b => b.id === item.id);
    if (!r) {
      later(growing(tries++), navigator.onLine === false ? "offline" : "slow");
      return false;
    }
    if (r.status === 429) {
      later(pause(r) * 1000, "busy");
      return false;
    }
    if (r.status === 401 && renewals++ < 3) {
      state.session = null;
      hush();
      save();
      return true;
    }
    if (r.status > 501 && r.status < 505) {            // the server is being restarted, or a proxy stands before it
      later(r.headers.get("Retry-After") ? pause(r) * 1000 : growing(tries++), "slow");
      return false;
    }
    if (r.status >= 500 && faults++ < 4) {
      later(growing(faults), "slow");
      return false;
    }
    tries = faults = renewals = 0;
    trouble = "";
    state.queue.shift();
    if (r.ok) {
      if (own) { own.state = ""; mark(own); }
      const said = replies(r.out.replies);
      if (said.some(b => b.key === "erase.done")) forget();
      add(said);
      return true;
    }
    const why = typeof r.out.error === "string" ? r.out.error : "";
    if (own) {
      own.state = "failed";
      own.why = why;
      own.send = item;
      own.edit = !!item.text && (r.status === 400 || r.status === 413);
      mark(own);
      save();
      notice = why || say("failed");
    } else {
      add([{ who: "notice", text: why || say("failed"), buttons: [{ label: say("resend"), value: item.text }] }]);
    }
    return true;
  }

  // What the service has erased must not stay on the page, nor in the browser for whoever sits down next.
  function forget() {
    hush();
    state = fresh();
    log.textContent = text.value = "";
    typed();
    save();
  }

  function busy(on) {
    const was = near();
    $("typing").hidden = !on;
    if (on && was) window.scrollTo(0, root.scrollHeight);
  }

  function show() {
    const n = state.bubbles.filter(b => b.state === "wait").length;
    const off = navigator.onLine === false;
    if (off && !trouble) trouble = "offline";
    if (!state.queue.length && !off) trouble = "";
    const parts = [];
    if (trouble) parts.push(say(trouble, seconds));
    if (trouble && n) parts.push(say("queued", n));
    const line = parts.join(" ") || notice;
    status.classList.toggle("bad", !!trouble || !resized);
    if (status.textContent !== line) status.textContent = line;      // a changed line is read aloud
    state.bubbles.forEach(mark);
  }

  function wake() {
    if (trouble !== "busy") until = 0;
    if (navigator.onLine !== false && trouble === "offline" && !state.queue.length) trouble = "";
    pump();
    show();
    listen();
  }

  // ---- pushed replies: server-sent events read by fetch, because EventSource cannot send a header ------------------------

  let stream = null, heard = 0, drops = 0, again = 0, asleep = 0, mute = false;

  function hush() {
    clearTimeout(again);
    if (stream) stream.abort();
    stream = null;
  }

  async function listen() {
    if (mute || document.hidden || !state.session || !window.AbortController || !window.ReadableStream) return;
    if (stream && Date.now() - heard < SILENCE) return;
    hush();
    const mine = stream = new AbortController();
    const session = state.session;
    let wait = 0;
    heard = Date.now();
    const dog = setInterval(() => { if (Date.now() - heard > SILENCE) mine.abort(); }, 5000);
    try {
      const headers = { "Accept": "text/event-stream", "Authorization": "Bearer " + session };
      if (state.event) headers["Last-Event-ID"] = state.event;
      const r = await fetch(base + "/chat/events", { headers, cache: "no-store", signal: mine.signal });
      if (r.status === 401 && state.session === session) { state.session = null; save(); return; }
      if (r.status === 204 || r.status === 404) { mute = true; return; }
      if (r.status === 429) wait = pause(r) * 1000;
      if (r.ok && r.body) {
        const reader = r.body.getReader(), decode = new TextDecoder();
        let rest = "", event = {};
        for (;;) {
          const part = await reader.read();
          if (part.done || mine !== stream) break;
          heard = Date.now();
          drops = 0;
          const lines = (rest + decode.decode(part.value, { stream: true })).split(/\r?\n/);
          rest = lines.pop();
          for (const line of lines) {
            const m = /^(event|data|id): ?(.*)$/.exec(line);
            if (m) event[m[1]] = m[1] === "data" && event.data ? event.data + "\n" + m[2] : m[2];
            else if (line === "") { arrived(event); event = {}; }
          }
        }
      }
    } catch (e) {
      // dropped, stopped or unreachable: tried again below
    } finally {
      clearInterval(dog);
      if (mine === stream) {
        stream = null;
        mine.abort();
        clearTimeout(again);
        if (!document.hidden) again = setTimeout(listen, wait || growing(drops++));
      }
    }
  }

  function arrived(e) {
    if (e.id && state.event && +e.id <= +state.event) return;      // shown before
    if (e.id) state.event = e.id;
    if (e.event !== "reply" || !e.data) { save(); return; }
    let data;
    try { data = JSON.parse(e.data); } catch (x) { return; }
    add(replies([data]), true);
  }

  // ---- the box to write in --------------------------------------------------------------------------------------------------

  const length = s => Array.from(s.normalize("NFC")).length;

  function typed() {
    const n = length(text.value);
    const count = $("count");
    count.textContent = n > LIMIT ? say("over", n - LIMIT) : n > LIMIT - 500 ? say("left", LIMIT - n) : "";
    count.classList.toggle("bad", n > LIMIT);
    text.setAttribute("aria-invalid", n > LIMIT);
    text.style.height = "auto";
    const look = getComputedStyle(text);
    const most = 5 * parseFloat(look.lineHeight) + parseFloat(look.paddingTop) * 2 + 4;
    text.style.height = Math.min(text.scrollHeight + 4, most) + "px";
    keep("sessionStorage", place + ":draft", text.value);
  }

  text.addEventListener("input", typed);
  text.addEventListener("keydown", e => {
    if (e.key !== "Enter" || e.shiftKey || e.isComposing || e.keyCode === 229 || !desk.matches) return;
    e.preventDefault();
    if (!e.repeat) submit();
  });
  form.addEventListener("submit", e => { e.preventDefault(); submit(); });

  function submit() {
    const said = text.value.trim();
    if (!said) { text.focus(); return; }
    if (length(said) > LIMIT) { text.focus(); return; }
    notice = "";
    tools(false);
    text.value = "";
    typed();
    push({ text: said }, { who: "me", text: said });
    text.focus();
  }

  // ---- looks: text size, light and dark, print, clear -------------------------------------------------------------------------

  const dim = window.matchMedia("(prefers-color-scheme: dark)");
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dim.matches);

  function looks() {
    const theme = kept("localStorage", "troly:theme"), size = +kept("localStorage", "troly:size");
    if (theme === "dark" || theme === "light") root.dataset.theme = theme;
    root.style.fontSize = SIZES.indexOf(size) > 0 ? size + "%" : "";
    $("theme").textContent = say(dark() ? "light" : "dark");
    document.querySelector("meta[name=theme-color]").content = dark() ? "#0d2427" : "#0b5259";
    typed();
    fit();
  }

  $("theme").onclick = () => { keep("localStorage", "troly:theme", dark() ? "light" : "dark"); looks(); };
  document.querySelectorAll("[data-size]").forEach(k => {
    k.onclick = () => {
      const i = Math.max(0, SIZES.indexOf(+kept("localStorage", "troly:size")));
      const step = +k.dataset.size;
      const size = SIZES[step ? Math.min(Math.max(i + step, 0), SIZES.length - 1) : 0];
      keep("localStorage", "troly:size", size);
      looks();
      notice = say("size", size);
      resized = true;
      show();
      setTimeout(() => { notice = ""; resized = false; show(); }, 3000);
    };
  });
  $("more").onclick = () => tools($("tools").hidden);
  $("print").onclick = () => window.print();
  let sure = 0;
  $("clear").onclick = e => {
    if (Date.now() - sure > 5000) {                    // no confirm(): browsers refuse it inside another site's page
      sure = Date.now();
      e.target.textContent = say("clear_sure");
      setTimeout(() => { e.target.textContent = say("clear"); sure = 0; }, 5000);
      return;
    }
    sure = 0;
    e.target.textContent = say("clear");
    if (flying) flying.abort();
    forget();
    trouble = notice = "";
    until = tries = faults = renewals = 0;
    looks();
    tools(false);
    start();
    text.focus();
  };

  function tools(open) {
    $("tools").hidden = !open;
    $("more").setAttribute("aria-expanded", open);
    fit();
  }

  // ---- inside another site's page -------------------------------------------------------------------------------------------------

  function tell(what) {
    if (window.parent !== window) window.parent.postMessage({ troly: what }, "*");
  }

  document.addEventListener("keydown", e => {
    if (e.key !== "Escape") return;
    if (!$("tools").hidden) { tools(false); $("more").focus(); } else if (embedded) tell("close");
  });
  if (embedded) {
    window.addEventListener("message", e => {
      if (e.source !== window.parent || !e.data || e.data.troly !== "open") return;
      (desk.matches ? text : log).focus({ preventScroll: true });
    });
  }

  // ---- begin ------------------------------------------------------------------------------------------------------------------------

  // What a scanned QR code says: /anh-son/?start=danh-gia-trung-tam. Once: a reload must not say it again.
  function asked() {
    const said = new URLSearchParams(location.search), code = said.get("start") || "";
    if (!said.has("start")) return "";
    said.delete("start");
    history.replaceState(null, "", location.pathname + (String(said) ? "?" + said : ""));
    return /^[A-Za-z0-9-]{1,64}$/.test(code) ? code : "";
  }

  function start() {
    const changed = state.language && state.language !== root.lang;
    state.language = root.lang;
    const code = asked();
    if (changed && state.started) push({ tap: "lang/" + root.lang });   // the page's switch is the conversation's too
    if (code || !state.started) {
      state.started = true;
      push({ text: ("/start " + code).trim() });
    } else if (!changed) pump();
  }

  root.classList.add("js");
  $("typing").lastChild.textContent = say("typing");
  $("newer").textContent = say("newer");
  log.setAttribute("aria-busy", "true");
  state.bubbles.forEach(b => log.append(draw(b)));
  const own = state.bubbles.map(b => b.who).lastIndexOf("me");
  state.bubbles.slice(0, Math.max(own, 0)).forEach(b => b.node().classList.add("old"));
  text.value = kept("sessionStorage", place + ":draft") || "";
  looks();
  window.scrollTo(0, root.scrollHeight);
  setTimeout(() => log.removeAttribute("aria-busy"), 300);
  if (dim.addEventListener) dim.addEventListener("change", looks);
  window.addEventListener("online", wake);
  window.addEventListener("offline", () => { trouble = "offline"; show(); });
  window.addEventListener("pageshow", e => { if (e.persisted) wake(); });
  let wide = 0;
  window.addEventListener("resize", () => {
    typed();
    if (wide !== window.innerWidth) fit();             // not when only the keyboard opens
    wide = window.innerWidth;
  });
  document.addEventListener("visibilitychange", () => {
    clearTimeout(asleep);
    if (document.hidden) { clearTimeout(again); asleep = setTimeout(hush, HIDDEN); } else wake();
  });
  start();
  listen();
})();
