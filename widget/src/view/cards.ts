/** Cards that are read: they stand in the log as part of the message. */
import { type Child, h } from "../dom";
import type { AppointmentCard, Card } from "../types";
import { type Context, ENGLISH, link } from "./context";
import { crisisList } from "./crisis";

export function readCard(context: Context, card: Card): HTMLElement | null {
  if (card.type === "crisis") return crisisList(context, card.resources ?? [], card.quick_exit);
  if (card.type === "appointment") return appointment(context, card);
  return null;
}

function appointment(context: Context, card: AppointmentCard): HTMLElement {
  const { t } = context.locale;
  const fact = (name: string, value: string | undefined): Child[] =>
    value ? [h("dt", {}, name), h("dd", ENGLISH, value)] : [];
  return h(
    "div",
    { class: "card" },
    h("h3", ENGLISH, card.title),
    h(
      "dl",
      {},
      ...fact(t.when, [card.when, card.zone].filter(Boolean).join(", ")),
      ...fact(t.where, card.where),
      ...fact(t.reference, card.reference),
    ),
    h(
      "p",
      { class: "row" },
      card.ics_url && link(context, t.calendar, card.ics_url, { class: "button" }),
      card.manage_url && link(context, t.manage, card.manage_url, { class: "button" }),
    ),
  );
}
