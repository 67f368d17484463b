/** A form card: proper input types and autocomplete, errors beside their fields. Values stay in memory only. */
import { button, h } from "../dom";
import type { Choice, Field, FormCard, FormValues } from "../types";
import { type Context, ENGLISH } from "./context";

export interface FormActions {
  submit: (card: FormCard, values: FormValues) => void;
  choose: (choice: Choice) => void;
}

let made = 0;

/** typed: what the visitor wrote before the server asked for corrections. */
export function formView({ locale: { t } }: Context, card: FormCard, typed: FormValues, actions: FormActions): HTMLElement {
  const errors = card.errors ?? {};
  const prefix = `form${++made}-`;
  const fields = card.fields.map((field) =>
    fieldView(field, prefix + field.name, field.value ?? typed[field.name], errors[field.name], t.optional),
  );
  const form = h(
    "form",
    {
      class: "card",
      "aria-label": card.title,
      onsubmit: (event: Event) => {
        event.preventDefault();
        actions.submit(card, valuesOf(form, card.fields));
      },
    },
    h("h3", ENGLISH, card.title),
    Object.keys(errors).length > 0 && h("p", { class: "error" }, t.check),
    ...fields,
    h(
      "p",
      { class: "row" },
      h("button", { type: "submit", class: "main", ...ENGLISH }, card.submit),
      card.cancel && button(card.cancel.title, () => actions.choose(card.cancel!), ENGLISH),
    ),
  );
  return form;
}

function fieldView(field: Field, id: string, value: string | boolean | undefined, error: string | undefined, optional: string): HTMLElement {
  const problem = error && h("span", { class: "error", id: id + "-error", ...ENGLISH }, error);
  const label = field.required || field.type === "checkbox" ? field.label : `${field.label} ${optional}`;
  const common = {
    name: field.name,
    required: !!field.required,
    "aria-invalid": error ? "true" : undefined,
    "aria-describedby": error ? id + "-error" : undefined,
  };
  if (field.type === "radio") {
    const options = (field.options ?? []).map((option) =>
      h(
        "label",
        { class: "option" },
        h("input", { type: "radio", ...common, value: option.value, checked: option.value === value }),
        option.label,
      ),
    );
    return h("fieldset", ENGLISH, h("legend", {}, label), ...options, problem);
  }
  if (field.type === "checkbox") {
    const input = h("input", { type: "checkbox", ...common, checked: value === true || value === "true" });
    return h("div", ENGLISH, h("label", { class: "option" }, input, label), problem);
  }
  const input = h("input", {
    id,
    ...common,
    type: ["tel", "email"].includes(field.type) ? field.type : "text",
    autocomplete: field.autocomplete ?? "off",
    value: typeof value === "string" ? value : "",
    maxlength: "200",
    dir: "auto",
  });
  return h("div", ENGLISH, h("label", { for: id }, label), input, problem);
}

function valuesOf(form: HTMLFormElement, fields: Field[]): FormValues {
  const data = new FormData(form);
  return Object.fromEntries(
    fields.map(({ name, type }) => {
      const value = data.get(name);
      return [name, type === "checkbox" ? value !== null : typeof value === "string" ? value.trim() : ""];
    }),
  );
}
