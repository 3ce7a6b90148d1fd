/* Everything about one meeting, on tap: the passcode covered until somebody asks. */

import { canStart, safeLink } from "../links.js";
import { actsOf, showActs } from "./acts.js";
import { button, el, setText } from "./dom.js";
import { joinMessage, reasonOf, showSubject, timeOf } from "./meeting.js";
import { qrButton } from "./qr.js";

const COVER = "••••••";

/** The details of an entry as an element. `act` does what an action's button says, `close` leaves them. */
export function detailsOf(entry, { texts, moments, joining, act, close }) {
  const { meeting } = entry;
  const subject = el("h2", "details-subject");
  subject.dir = "auto";
  showSubject(subject, meeting, texts);
  const facts = el("dl", "facts");
  const fact = (key, ...values) => facts.append(el("dt", "", texts.say(`details.${key}`)), el("dd", "", ...values));
  const day = moments.heading(moments.day(entry.start));
  fact("time", `${day}, ${timeOf(entry, moments, texts)}`);
  if (meeting.organizer) fact("organizer", isolated(meeting.organizer));
  if (meeting.join) addJoinFacts(fact, meeting, texts);
  const actions = el("div", "sheet-actions", button("plain", close, texts.say("dialog.close")));
  const start = (alternative) => () => {
    close();
    void joining.start(meeting, alternative);
  };
  if (entry.joinable) actions.append(button("firm", start(null), joinLabel(meeting.join, texts)));
  const content = el("div", "details", subject);
  const attempt = joining.of(meeting.id);
  const failed = attempt?.step === "failed" ? joinMessage(attempt, texts) : null;
  if (failed) content.append(el("p", "details-failed", failed, " ", texts.say("join.try_next")));
  content.append(facts);
  const reason = reasonOf(entry, moments, texts);
  if (reason) content.append(el("p", "details-note", reason));
  if (meeting.no_join) content.append(...cureOf(meeting.no_join));
  const others = otherWays(entry, start);
  if (others.length > 0) {
    content.append(el("section", "alternatives", el("h3", "", texts.say("details.alternatives")), ...others));
  }
  if (meeting.join && safeLink(meeting.join.url)) {
    content.append(qrButton(meeting, "link", texts.say("qr.link"), texts));
  }
  content.append(...actsFor(meeting, { texts, act, close }), actions);
  return content;
}

/** What else can be done with the meeting; nothing where that is nothing. */
function actsFor(meeting, { texts, act, close }) {
  const names = actsOf(meeting);
  const node = el("div", "details-acts");
  const pressed = (name) => {
    close();
    act(name, meeting);
  };
  showActs(node, names, pressed, texts);
  return names.length > 0 ? [node] : [];
}

function addJoinFacts(fact, meeting, texts) {
  const { join } = meeting;
  fact("provider", isolated(join.provider_name));
  if (join.meeting_id) fact("meeting_id", isolated(join.meeting_id));
  if (join.passcode) fact("passcode", ...covered(join.passcode, texts));
  if (join.sip) fact("sip", isolated(join.sip));
  if (join.h323) fact("h323", isolated(join.h323));
  join.dial_in.forEach(({ number, conference_id: id }, index) => {
    const conference = id ? `, ${texts.say("details.conference_id", { id })}` : "";
    fact("dial_in", isolated(number + conference), qrButton(meeting, `dial-in-${index}`, texts.say("qr.call"), texts));
  });
}

/** What helps, in the words of the agent, and the command for whoever looks after the mailbox. */
function cureOf({ detail, command }) {
  const cure = el("p", "details-cure", detail);
  cure.dir = "auto";
  if (!command) return [cure];
  const words = command.split(" ").flatMap((word, index) => [index > 0 ? " " : "", el("span", "", word)]);
  return [cure, el("code", "details-command", ...words)];
}

/** A secret behind dots, and the button that shows it. */
function covered(secret, texts) {
  let shown = false;
  const text = el("bdi", "secret", COVER);
  const toggle = button("plain small", () => show(!shown), texts.say("details.show"));
  return [text, toggle];

  function show(wanted) {
    shown = wanted;
    setText(text, shown ? secret : COVER);
    setText(toggle, texts.say(shown ? "details.hide" : "details.show"));
  }
}

/** A button for each alternative this page can start. */
function otherWays({ meeting, joinable }, start) {
  if (!joinable) return [];
  return meeting.join.alternatives.flatMap((other, index) =>
    canStart(other) ? [button("plain", start(index), isolated(other.label ?? other.provider_name))] : [],
  );
}

function joinLabel(join, texts) {
  return `${texts.say("join.button")} · ${join.provider_name}`;
}

function isolated(text) {
  return el("bdi", "", text);
}
