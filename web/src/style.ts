import cardCss from './card.css';

let style: CSSStyleSheet | undefined;

/** The card's style sheet, made once for all elements of a page. */
export function sharedStyle(): CSSStyleSheet {
  if (!style) {
    style = new CSSStyleSheet();
    style.replaceSync(cardCss);
  }
  return style;
}
