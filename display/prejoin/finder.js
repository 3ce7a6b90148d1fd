/* Finds elements for the help before joining. Runs in a world of its own beside the page's scripts: prototypes here are
   untouched, but names in the document (form fields, images) can hide methods of document and form, so every method is
   taken from its prototype. Answers numbers and booleans, never the page's text. */
(ask) => {
  const ELEMENTS = 30000, ROOTS = 400, TEXT = 400, LOOK_MS = 150;
  const began = performance.now();
  const late = () => performance.now() - began > LOOK_MS;
  const getter = (type, name) => Function.prototype.call.bind(Object.getOwnPropertyDescriptor(type.prototype, name).get);
  const method = (type, name) => Function.prototype.call.bind(type.prototype[name]);
  const attribute = method(Element, "getAttribute");
  const all = (root, css) => root instanceof Document
    ? Document.prototype.querySelectorAll.call(root, css)
    : DocumentFragment.prototype.querySelectorAll.call(root, css);
  const matches = method(Element, "matches"), closest = method(Element, "closest");
  const box = method(Element, "getBoundingClientRect");
  const shadow = getter(Element, "shadowRoot"), children = getter(Node, "childNodes"), text = getter(Node, "textContent");
  const parent = getter(Node, "parentNode"), root = method(Node, "getRootNode"), contains = method(Node, "contains");
  const visible = method(Element, "checkVisibility");

  const roots = () => {
    const list = [document];
    for (let at = 0; at < list.length && list.length < ROOTS; at += 1) {
      let seen = 0;
      for (const element of all(list[at], "*")) {
        if ((seen += 1) > ELEMENTS || late()) break;
        const inner = shadow(element);
        if (inner) list.push(inner);
      }
    }
    return list;
  };

  const plain = (words) => String(words ?? "").slice(0, TEXT).replace(/[\s\u00a0]+/g, " ").trim().toLowerCase();
  const own = (element) => {
    let words = "";
    for (const child of children(element)) if (child.nodeType === Node.TEXT_NODE) words += child.data.slice(0, TEXT);
    return plain(words);
  };
  const labelled = (element) => {
    const ids = attribute(element, "aria-labelledby");
    if (!ids) return "";
    const place = root(element);
    return plain(ids.split(/\s+/).slice(0, 5).map((id) => {
      const [label] = all(place instanceof ShadowRoot ? place : document, `[id="${CSS.escape(id)}"]`);
      return label ? text(label).slice(0, TEXT) : "";
    }).join(" "));
  };
  const control = (element) => element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
  const names = (element) => {
    const list = [labelled(element), plain(attribute(element, "aria-label"))];
    if (control(element)) {
      for (const label of element.labels ?? []) list.push(plain(text(label)));
      list.push(plain(attribute(element, "placeholder")));
      if (["button", "submit"].includes(element.type)) list.push(plain(element.value));
    } else {
      list.push(plain(text(element)));
      for (const inner of [...Element.prototype.querySelectorAll.call(element, "*")].slice(0, 20)) list.push(own(inner));
    }
    list.push(plain(attribute(element, "title")));
    return list.filter(Boolean);
  };

  const ROLES = {
    button: "button, [role=button], input[type=button], input[type=submit]",
    link: "a[href], [role=link]",
    textbox: "input:not([type]), input[type=text], input[type=search], textarea, [role=textbox]",
    checkbox: "input[type=checkbox], [role=checkbox]",
    switch: "[role=switch]",
    radio: "input[type=radio], [role=radio]",
    heading: "h1, h2, h3, h4, h5, h6, [role=heading]",
    dialog: "dialog, [role=dialog], [role=alertdialog]",
  };
  const role = (wanted) => Object.hasOwn(ROLES, wanted) ? ROLES[wanted] : `[role="${CSS.escape(wanted)}"]`;

  const shown = (element) => {
    const rect = box(element);
    return rect.width >= 4 && rect.height >= 4
      && visible(element, { opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true });
  };
  const enabled = (element) => !matches(element, ":disabled") && !closest(element, "[inert], [aria-disabled=true]")
    && attribute(element, "disabled") === null;

  /* The deepest element at a point, through shadow roots; and whether pressing there presses `element`. */
  const hit = (element, x, y) => {
    let at = Document.prototype.elementFromPoint.call(document, x, y);
    for (let depth = 0; at && shadow(at) && depth < 20; depth += 1) {
      const inner = DocumentFragment.prototype.isPrototypeOf(shadow(at)) ? shadow(at).elementFromPoint(x, y) : null;
      if (!inner || inner === at) break;
      at = inner;
    }
    for (let depth = 0; at && depth < 60; depth += 1) {
      if (at === element || (control(element) && at instanceof HTMLLabelElement && contains(at, element))) return true;
      at = parent(at) ?? (at instanceof ShadowRoot ? at.host : null);
    }
    return false;
  };
  const centre = (element) => {
    const rect = box(element);
    const x = rect.x + rect.width / 2, y = rect.y + rect.height / 2;
    const inside = x >= 0 && y >= 0 && x < innerWidth && y < innerHeight;
    return { x, y, inside };
  };

  const search = (where, ways, pressed) => {
    for (const way of ways) {
      const names_ = way.names.map(plain), text_ = way.text.map(plain);
      const css = way.css || (way.role ? role(way.role) : "*");
      for (const place of where) {
        let candidates;
        try { candidates = all(place, css); } catch { break; }
        let seen = 0;
        for (const element of candidates) {
          if ((seen += 1) > ELEMENTS || late()) break;
          if (way.css && way.role && !matches(element, role(way.role))) continue;
          if (text_.length && !text_.includes(own(element))) continue;
          if (names_.length && !names(element).some((name) => names_.includes(name))) continue;
          if (shown(element) && (!pressed || enabled(element))) return element;
        }
      }
    }
    return null;
  };

  const isOn = (element) => {
    if (element instanceof HTMLInputElement && ["checkbox", "radio"].includes(element.type)) return element.checked;
    return ["aria-checked", "aria-pressed"].some((name) => attribute(element, name) === "true");
  };
  const met = (element, step) => {
    if (step.do === "fill") return control(element) && element.value === step.value;
    return step.do === "set" && isOn(element) === step.state;
  };
  const active = () => {
    let at = Object.getOwnPropertyDescriptor(Document.prototype, "activeElement").get.call(document);
    for (let depth = 0; at && shadow(at) && depth < 20; depth += 1) {
      const inner = Object.getOwnPropertyDescriptor(ShadowRoot.prototype, "activeElement").get.call(shadow(at));
      if (!inner) break;
      at = inner;
    }
    return at;
  };

  /* A press or a key of a person, told from ours by where and when ours is to come. */
  if (!globalThis.roomHelp) {
    globalThis.roomHelp = { touched: false, x: -1, y: -1, until: 0 };
    const notice = (event) => {
      const ours = globalThis.roomHelp;
      const near = Math.abs(event.clientX - ours.x) < 2 && Math.abs(event.clientY - ours.y) < 2;
      if (event.isTrusted && !(near && performance.now() < ours.until)) ours.touched = true;
    };
    for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, notice, { capture: true, passive: true });
  }
  const state = globalThis.roomHelp;
  const where = roots();

  if (ask.mode === "aim") { /* bring the element into view; answer where to press, if pressing there reaches it */
    const element = search(where, ask.step.find, true);
    if (!element || state.touched) return { touched: state.touched, spot: null };
    if (!centre(element).inside) element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    const { x, y, inside } = centre(element);
    if (!inside || !hit(element, x, y)) return { touched: false, spot: null };
    Object.assign(state, { x, y, until: performance.now() + 1500 });
    return { touched: false, spot: { x, y } };
  }
  if (ask.mode === "focus") { /* whether what is typed now goes into the element; its old text is selected */
    const element = search(where, ask.step.find, true);
    const ready = Boolean(element) && control(element) && active() === element;
    if (ready) element.select();
    return { touched: state.touched, ready };
  }
  const found = {};
  for (const step of ask.steps) {
    const element = search(where, step.find, step.do !== "wait_gone");
    if (!element) continue;
    const { x, y, inside } = centre(element);
    if (step.do !== "wait_gone" && inside && !hit(element, x, y)) continue;
    found[step.id] = met(element, step);
  }
  return { touched: state.touched, found };
}
