declare module '*.css' {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: what esbuild's text loader gives
  export default text;
}
