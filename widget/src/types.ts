/** The visitor API as the widget meets it. Fields the server may not send yet are optional: a missing one hides its part. */

export interface Choice {
  id: string;
  title: string;
}

export interface Action {
  label: string;
  href: string;
}

export interface Resource {
  name: string;
  note?: string;
  actions: Action[];
}

export interface CrisisCard {
  type: "crisis";
  resources: Resource[];
  quick_exit?: boolean;
}

export interface TimesCard {
  type: "times";
  days: { label: string; times: Choice[] }[];
  zone?: string;
}

export interface Field {
  name: string;
  label: string;
  type: "text" | "tel" | "email" | "radio" | "checkbox";
  autocomplete?: string;
  required?: boolean;
  options?: { value: string; label: string }[];
  value?: string | boolean;
}

export interface FormCard {
  type: "form";
  id: string;
  title: string;
  fields: Field[];
  submit: string;
  cancel?: Choice;
  errors?: Record<string, string>;
}

export interface AppointmentCard {
  type: "appointment";
  title: string;
  when: string;
  zone?: string;
  where?: string;
  reference?: string;
  manage_url?: string;
  ics_url?: string;
}

export type Card = CrisisCard | TimesCard | FormCard | AppointmentCard;

export interface Message {
  id: string;
  text: string;
  from?: "visitor" | "bot";
  outcome?: string;
  source?: { title: string; url: string };
  choices?: Choice[];
  card?: Card;
}

export interface Notice {
  notice?: { version: string; text: string };
  crisis?: { resources?: Resource[] };
}

export interface Session {
  token: string;
  expires_at: string;
  messages: Message[];
  erasure_code?: string;
}

export type FormValues = Record<string, string | boolean>;
export type Content = { text: string } | { choice: string } | { form: { id: string; values: FormValues } };

/** Something the visitor said. `shown` is how it stands in the log: a choice's title, never a form's values. */
export interface Said {
  id: string;
  content: Content;
  shown: string;
}
