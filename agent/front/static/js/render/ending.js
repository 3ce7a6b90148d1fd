/* The one question before a meeting is ended or a booking is cancelled. */

import { button, el } from "./dom.js";
import { showSubject } from "./meeting.js";

/** "End the meeting now?" or "Cancel this booking?" as an element; `act`: "end" or "cancel", done on a tap. */
export function endingSheet(act, { texts, moments, meeting, close, done }) {
  const subject = el("p", "ending-subject");
  subject.dir = "auto";
  showSubject(subject, meeting, texts);
  const time = moments.time(moments.parse(meeting.end));
  const keep = button("plain", close, texts.say("control.keep"));
  const yes = button("firm", confirmed, texts.say(`control.${act}`));
  return el(
    "div",
    "details ending",
    el("h2", "details-subject", texts.say(`control.${act}_question`)),
    subject,
    el("p", "", texts.say(`control.${act}_detail`, { time })),
    el("div", "sheet-actions", keep, yes),
  );

  function confirmed() {
    close();
    void done();
  }
}
