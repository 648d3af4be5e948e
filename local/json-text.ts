import { z } from 'zod';

/** A text with JSON that `schema` can read. */
export const jsonText = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        // Without the parser's own message, because it quotes the text, which may contain secrets.
        context.addIssue({ code: 'custom', message: 'The text is not JSON.' });
        return z.NEVER;
      }
    })
    .pipe(schema);
