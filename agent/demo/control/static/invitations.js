// What organizers asked the room for, and the answers that came back.

import { act, toast } from "./actions.js";
import { element, find } from "./dom.js";
import { modeOf } from "./inbox.js";
import { keptList } from "./list.js";
import { say } from "./texts.js";
import { span } from "./time.js";

const ANSWERS = ["accepted", "tentative", "declined"];

let zone = "UTC";
let states = null;
let shownRoom = "";
const drawRows = keptList("invitation-list", "invitations", row);

export function drawInvitations(state) {
  zone = state.timezone;
  find("invitations-empty").hidden = state.invitations.length > 0;
  drawRows(state.invitations, zone);
  tellAnswers(state);
}

export function wireInvitations() {
  find("send-note").addEventListener("click", () =>
    act("inbox", { subject: say("note.subject"), text: say("note.text") }, say("note.done")),
  );
}

// where Exchange accepts everything at once, the button that booked has said so
function tellAnswers(state) {
  const known = shownRoom === state.room.address ? states : null;
  for (const { id, state: answer, subject } of state.invitations) {
    const isNews = known && known.get(id) !== answer && ANSWERS.includes(answer) && modeOf(state.mailbox) !== "all";
    if (isNews) toast(say(`answer.${answer}`, { room: state.room.name, subject }), answer === "declined" ? "problem" : "done");
  }
  states = new Map(state.invitations.map((invitation) => [invitation.id, invitation.state]));
  shownRoom = state.room.address;
}

function row(invitation) {
  return element(
    "li",
    { class: "invitation", "data-state": invitation.state },
    element(
      "div",
      { class: "what" },
      element("p", { class: "subject" }, element("bdi", {}, invitation.subject || say("meeting.no_subject"))),
      element(
        "p",
        { class: "facts muted" },
        element("bdi", {}, invitation.organizer),
        element("span", {}, span(invitation, zone)),
        invitation.series ? element("span", { class: "badge" }, say("badge.series")) : null,
      ),
    ),
    element("span", { class: "badge state", "data-badge": invitation.state }, say(`invitation.${invitation.state}`)),
    invitation.comment ? element("blockquote", { dir: "auto" }, invitation.comment) : null,
    invitation.state === "cancelled" ? null : element("div", { class: "quick" }, ...buttons(invitation)),
  );
}

function buttons(invitation) {
  const subject = invitation.subject || say("meeting.no_subject");
  const scope = "series";
  const move = { minutes: 15, scope };
  return [
    invitation.all_day ? null : button("later", "meeting.later.short", "meeting.later", subject, () =>
      act(`meetings/${invitation.id}/move`, move, say("done.moved", { subject })),
    ),
    button("cancel", "meeting.cancel", "meeting.cancel", subject, () =>
      act(`meetings/${invitation.id}/cancel`, { scope }, say("done.cancelled", { subject })),
    ),
  ].filter(Boolean);
}

function button(action, text, label, subject, click) {
  const named = `${say("invitation.organizer")}: ${say(label)}: ${subject}`;
  return element("button", { type: "button", class: "button", "data-action": action, "aria-label": named, click }, say(text));
}
