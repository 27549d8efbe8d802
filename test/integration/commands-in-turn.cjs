/**
 * `node commands-in-turn.cjs MAIN COMMANDS`: each command is the main module anew, under its own arguments. Prints what
 * each said and its exit code.
 */
const [node, , main, commands] = process.argv;

async function inTurn() {
  const print = process.stdout.write.bind(process.stdout);
  const finished = [];
  for (const [n, args] of JSON.parse(commands).entries()) {
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) {
      process[name].write = (text) => {
        said[name] += text;
        return true;
      };
    }
    process.argv = [node, main, ...args];
    process.exitCode = 0;
    await import(`${main}?${n}`);
    finished.push({ code: process.exitCode, ...said });
  }
  process.exitCode = 0;
  print(JSON.stringify(finished));
}

void inTurn();
