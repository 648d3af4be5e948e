/** What a browser is shown that comes back from Altinn with a `state` of no bank: nothing is known of it, so it is sent nowhere. */
export const noBankPage = `<!doctype html>
<html lang="nb">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Gå tilbake til banken din</title>
</head>
<body>
<h1>Gå tilbake til banken din</h1>
<p>Vi finner ikke forespørselen du kommer fra. Den er kanskje for gammel.</p>
<p>Logg inn i banken på nytt. Der ser du om samtykket er gitt, og kan be om det igjen.</p>
</body>
</html>
`;
