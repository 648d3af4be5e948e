/** `npm run dsop-cases` as a process: program, arguments and options, with only the environment that it needs. */
export const dsopCommand = (args: string[], env: Record<string, string> = {}) =>
  [
    process.execPath,
    ['tools/dsop-cases/main.ts', ...args],
    {
      env: {
        PATH: process.env.PATH ?? '',
        HOME: process.env.HOME ?? '',
        CHROMIUM_PATH: process.env.CHROMIUM_PATH ?? '',
        ...env,
      },
    },
  ] as const;
