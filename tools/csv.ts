/** A line of a CSV text: its number in the file, from 1, and its text without outer blanks. */
export type CsvLine = { number: number; text: string };

/** The lines of a CSV text, blank ones included, without a byte order mark. */
export const csvLines = (text: string): CsvLine[] =>
  text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line, index) => ({ number: index + 1, text: line.trim() }));

/** Reads the fields of a line as its title line separates them: `;` where the title has one, else `,`. Quotes around a field go. */
export function fieldsReader(title: string): (line: string) => string[] {
  const separator = title.includes(';') ? ';' : ',';
  return (line) => line.split(separator).map((field) => field.trim().replace(/^"(.*)"$/, '$1'));
}
