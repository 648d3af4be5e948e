import type { Story } from './story.ts';

/** Something that may happen to the app, in rows. */
export type Scenario = {
  /** What happens, for who chooses it in the preview. */
  title: string;
  /** Nothing that a person must act on: no alert may fire. */
  healthy?: true;
  /** Values that queries are given instead of the usual ones (`check-query.ts`). */
  values?: Readonly<Record<string, string>>;
  /** When it is looked at; by default a Monday morning in winter. */
  at?: string;
  tell(story: Story): void;
};
