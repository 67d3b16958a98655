/** Runs the tools of the checks: output is kept and shown only when it matters. */
import { spawn } from 'node:child_process';
import { projectRoot } from '../paths.ts';

/** How a tool ended and what it printed. */
export type ToolResult = { readonly code: number; readonly output: string };

/** How to run it. */
export type ToolOptions = {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Also shows the output as it comes. */
  readonly isLive?: boolean;
};

const running = new Set<ReturnType<typeof spawn>>();

/** Runs a program of node_modules/.bin (or any on the PATH) to its end. */
export function runTool(
  command: string,
  args: readonly string[],
  { cwd = projectRoot, env = process.env, isLive = false }: ToolOptions = {},
): Promise<ToolResult> {
  return new Promise((resolve) => {
    const child = spawn(command, [...args], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    running.add(child);
    let output = '';
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (isLive) process.stdout.write(chunk);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', (error) => resolve({ code: 127, output: `${output}${error.message}\n` }));
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve({ code: code ?? 1, output: signal ? `${output}ended by ${signal}\n` : output });
    });
  });
}

/** Ends every tool that still runs. */
export function stopTools(): void {
  for (const child of running) child.kill('SIGTERM');
}
