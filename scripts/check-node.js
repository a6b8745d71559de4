// Plain JavaScript that any Node since 12 can parse: its whole job is to speak before newer syntax fails.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(
    `Baton needs Node 22.19 or newer and this is Node ${process.versions.node}: ` +
      "run `npm ci` (without --ignore-scripts, which leaves out the Node 24 that Baton brings along) and start it with `npm run`, or install Node 24.",
  );
  process.exit(1);
}
