import type { paths } from './api-types.ts';

/** What goes in or comes out, whatever its media type. */
type ContentOf<Message> = Message extends { content: infer Content } ? Content[keyof Content] : undefined;

/** The methods that a path of the document has. */
export type VerbOf<Path extends keyof paths> = {
  [Verb in keyof paths[Path]]: paths[Path][Verb] extends { responses: object } ? Verb : never;
}[keyof paths[Path]];

/** The body that a call takes; `never` for a call without one. */
export type BodyOf<Path extends keyof paths, Verb extends VerbOf<Path>> = paths[Path][Verb] extends {
  requestBody: infer Body;
}
  ? ContentOf<Body>
  : never;

/** What a call answers, by status. */
export type AnswersOf<Path extends keyof paths, Verb extends VerbOf<Path>> = paths[Path][Verb] extends {
  responses: infer Responses;
}
  ? { [Status in keyof Responses]: ContentOf<Responses[Status]> }
  : never;
