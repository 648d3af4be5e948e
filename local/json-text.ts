import { z } from 'zod';

/** A text that holds JSON which `schema` reads. */
export const jsonText = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        // Without the parser's own words: they quote the text, which may hold secrets.
        context.addIssue({ code: 'custom', message: 'The text is not JSON.' });
        return z.NEVER;
      }
    })
    .pipe(schema);
