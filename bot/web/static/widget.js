// Puts the commune's assistant on the commune's own site:
//   <script src="https://HOST/static/widget.js" data-commune="anh-son" async></script>
// Optional: data-title, data-open, data-close, data-page, data-unread (the words shown), data-color.
(function () {
  "use strict";
  const me = document.currentScript;
  if (!me || !me.dataset.commune || !document.documentElement.attachShadow) return;
  const origin = new URL(me.src).origin;
  const vi = !/^en/i.test(document.documentElement.lang);
  const word = (key, a, b) => me.dataset[key] || (vi ? a : b);
  const title = word("title", "Trợ lý số của xã", "The commune’s assistant");
  const label = word("open", "Hỏi trợ lý số của xã", "Ask the commune’s assistant");
  const page = origin + "/" + encodeURIComponent(me.dataset.commune) + "/";
  const lang = vi ? "" : "?lang=en";
  const color = /^#[0-9a-f]{3,8}$/i.test(me.dataset.color || "") ? me.dataset.color : "#0b5259";

  const css = `
:host{all:initial!important;position:fixed!important;right:0!important;bottom:0!important;z-index:2147483000!important}
*{box-sizing:border-box}
.open,.panel{font:16px/1.4 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
button,a{color:#fff;cursor:pointer;-webkit-tap-highlight-color:transparent;touch-action:manipulation}
button:focus-visible,a:focus-visible{outline:3px solid #f2b632;outline-offset:2px}
.open{position:fixed;right:max(16px,env(safe-area-inset-right));bottom:max(16px,env(safe-area-inset-bottom));width:56px;height:56px;
padding:0;border:2px solid #fff;border-radius:50%;background:${color};box-shadow:0 3px 14px rgba(0,0,0,.35);display:flex;align-items:center;justify-content:center}
.open svg{width:28px;height:28px}
.open.new::after{content:"";position:absolute;right:-2px;top:-2px;width:16px;height:16px;border-radius:50%;background:#c62828;border:2px solid #fff}
.panel{position:fixed;right:16px;bottom:16px;width:400px;max-width:calc(100vw - 32px);height:640px;max-height:calc(100vh - 32px);
display:flex;flex-direction:column;background:#fff;border-radius:14px;overflow:hidden;box-shadow:0 8px 40px rgba(0,0,0,.35)}
[hidden]{display:none!important}
.bar{display:flex;align-items:center;background:${color};color:#fff;min-height:48px;padding-left:14px}
.bar b{flex:1;min-width:0;font-weight:600!important;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.bar b,.bar a,.bar button{font:inherit}
.bar a,.bar button{width:48px;height:48px;border:0;background:none;padding:0;display:flex;align-items:center;justify-content:center;flex:none;outline-offset:-4px!important}
.bar svg{width:22px;height:22px}
iframe{flex:1;width:100%;min-height:0;border:0;background:#f3f6f5}
@media (max-width:520px),(max-height:480px){.panel{right:0;bottom:0;left:0;top:0;width:auto;max-width:none;height:auto;max-height:none;border-radius:0}}
@media print{.open,.panel{display:none}}`;

  const host = document.createElement("troly-so-xa");
  const shadow = host.attachShadow({ mode: "closed" });
  try {
    const sheet = new CSSStyleSheet();                 // not subject to the site's style-src
    sheet.replaceSync(css);
    shadow.adoptedStyleSheets = [sheet];
  } catch (e) {
    const old = document.createElement("style");
    old.textContent = css;
    shadow.append(old);
  }

  function make(tag, attributes, ...inside) {
    const node = document.createElement(tag);
    for (const key of Object.keys(attributes)) node.setAttribute(key, attributes[key]);
    node.append(...inside);
    return node;
  }
  function icon(d) {
    const ns = "http://www.w3.org/2000/svg", svg = document.createElementNS(ns, "svg"), path = document.createElementNS(ns, "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", d);
    path.setAttribute("fill", "currentColor");
    svg.append(path);
    return svg;
  }

  const button = make("button", { type: "button", class: "open", "aria-label": label, title: label, "aria-haspopup": "dialog", "aria-expanded": "false" },
    icon("M4 3h16a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2h-7l-6 4.5V18H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zm3 5v1.8h10V8zm0 4v1.8h7V12z"));
  const close = make("button", { type: "button", "aria-label": word("close", "Đóng", "Close") },
    icon("M18.7 4 12 10.6 5.3 4 4 5.3 10.6 12 4 18.7 5.3 20 12 13.4 18.7 20 20 18.7 13.4 12 20 5.3z"));
  const own = make("a", { href: page + lang, target: "_blank", rel: "noopener", "aria-label": word("page", "Mở trang riêng", "Open in its own page") },
    icon("M14 3h7v7h-2V6.4l-8.3 8.3-1.4-1.4L17.6 5H14zM5 5h5v2H5v12h12v-5h2v5a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2z"));
  const start = make("span", { tabindex: "-1" }), end = make("span", { tabindex: "-1" });
  const bar = make("div", { class: "bar" }, make("b", {}, title), own, close);
  const panel = make("div", { class: "panel", role: "dialog", "aria-label": title, hidden: "" }, start, bar, end);
  shadow.append(button, panel);

  let frame = null, loaded = false;
  const full = window.matchMedia("(max-width:520px),(max-height:480px)");

  function open() {
    panel.hidden = false;
    button.hidden = true;
    button.setAttribute("aria-expanded", "true");
    unread(false);
    start.tabIndex = end.tabIndex = full.matches ? 0 : -1;
    if (!frame) {                                      // nothing is fetched before the first opening
      frame = make("iframe", { title, src: page + "embed" + lang, referrerpolicy: "strict-origin" });
      frame.addEventListener("load", () => { loaded = true; enter(); });
      panel.insertBefore(frame, end);
    }
    enter();
  }
  function enter() {
    if (panel.hidden) return;
    frame.focus();
    if (loaded) frame.contentWindow.postMessage({ troly: "open" }, origin);
  }
  function shut() {
    if (panel.hidden) return;
    panel.hidden = true;
    button.hidden = false;
    button.setAttribute("aria-expanded", "false");
    button.focus();
  }
  function unread(on) {
    button.classList.toggle("new", on);
    button.setAttribute("aria-label", on ? label + " (" + word("unread", "có tin mới", "new message") + ")" : label);
  }

  button.onclick = open;
  close.onclick = shut;
  panel.addEventListener("keydown", e => { if (e.key === "Escape") { e.stopPropagation(); shut(); } });
  // On a phone the panel covers the site: the focus goes round inside it.
  start.onfocus = () => frame.focus();
  end.onfocus = () => own.focus();
  window.addEventListener("message", e => {
    if (!frame || e.source !== frame.contentWindow || e.origin !== origin || !e.data) return;
    if (e.data.troly === "close") shut();
    if (e.data.troly === "unread" && panel.hidden) unread(true);
  });

  const put = () => document.body.append(host);
  if (document.body) put(); else document.addEventListener("DOMContentLoaded", put);
})();
