// Which ports a verb can reach, read off its source: every mention of a member of Ports in it and in whatever of ours
// it mentions, calls or not. It may say too much, never too little.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '../..');
const config = ts.parseConfigFileTextToJson('', readFileSync(join(root, 'tsconfig.json'), 'utf8'));
const { options } = ts.convertCompilerOptionsFromJson(config.config.compilerOptions, root);

/** Says for each of these files which ports its `handler` names, and which its verb can reach. */
export function handlerPorts(files: readonly string[]) {
  const paths = files.map((file) => join(root, file));
  const program = ts.createProgram(paths, options);
  const checker = program.getTypeChecker();
  return paths.map((path) => {
    const source = program.getSourceFile(path);
    const handler = source?.statements.find(ts.isVariableStatement)?.declarationList
      .declarations[0];
    const call = handler?.initializer;
    if (call === undefined || !ts.isCallExpression(call)) throw new Error(`${path}: no handler`);
    const [, , named, run] = call.arguments;
    if (named === undefined || run === undefined) throw new Error(`${path}: no parts`);
    const parts = checker.getTypeAtLocation(named).getProperties();
    const all = new Set(portsOf(program).map(({ name }) => name));
    return {
      named: parts
        .map(({ name }) => name)
        .filter((name) => all.has(name))
        .sort(),
      reached: [...reached(run, checker)].sort(),
    };
  });
}

function portsOf(program: ts.Program): readonly ts.Symbol[] {
  const source = program.getSourceFile(join(root, 'src/flow/ports.ts'));
  const ports = source?.statements.find(
    (one) => ts.isInterfaceDeclaration(one) && one.name.text === 'Ports',
  );
  if (ports === undefined) throw new Error('src/flow/ports.ts declares no Ports');
  return program.getTypeChecker().getTypeAtLocation(ports).getProperties();
}

function reached(from: ts.Node, checker: ts.TypeChecker): ReadonlySet<string> {
  const found = new Set<string>();
  const seen = new Set<ts.Node>();
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node)) return;
    if (ts.isIdentifier(node)) mention(node);
    if (ts.isBindingElement(node)) unpacked(node);
    ts.forEachChild(node, visit);
  };
  const mention = (node: ts.Identifier): void => {
    const symbol = checker.getSymbolAtLocation(node);
    if (symbol === undefined) return;
    const alias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
    const { declarations = [] } = alias ? checker.getAliasedSymbol(symbol) : symbol;
    for (const declaration of declarations) {
      if (isMemberOfPorts(declaration)) found.add(node.text);
      if (seen.has(declaration) || !isOurCode(declaration)) continue;
      seen.add(declaration);
      visit(declaration);
    }
  };
  // `const { store } = ports` mentions the member by the name of a variable.
  const unpacked = (node: ts.BindingElement): void => {
    const name = node.propertyName ?? node.name;
    if (!ts.isIdentifier(name) || !ts.isObjectBindingPattern(node.parent)) return;
    const member = checker.getTypeAtLocation(node.parent).getProperty(name.text);
    if (member?.declarations?.some(isMemberOfPorts)) found.add(name.text);
  };
  visit(from);
  return found;
}

function isMemberOfPorts({ parent }: ts.Declaration): boolean {
  return ts.isInterfaceDeclaration(parent) && parent.name.text === 'Ports';
}

function isOurCode(declaration: ts.Declaration): boolean {
  if (!/[/]src[/](flow|handlers)[/](?!_)/.test(declaration.getSourceFile().fileName)) return false;
  return ts.isFunctionDeclaration(declaration) || ts.isVariableDeclaration(declaration);
}
