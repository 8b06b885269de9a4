// Asks Microsoft's Kusto language service about queries. Started by lab/parts/kusto/__init__.py.
// Standard input: {tables: [{name, schema}], functions: [{name, parameters, body}], queries: [{name, text}]}.
// Standard output: a list of {name, diagnostics: [{code, severity, line, message}], columns: [{name, type}]}.
"use strict";
const { join, resolve } = require("node:path");
const { readFileSync } = require("node:fs");
const service = join(resolve(process.argv[2]), "node_modules", "@kusto", "language-service-next");
require(join(service, "bridge.min.js"));
require(join(service, "Kusto.Language.Bridge.min.js"));
const { Symbols, GlobalState, KustoCode } = Kusto.Language;

const asked = JSON.parse(readFileSync(0, "utf8"));
const members = [
  ...asked.tables.map((table) => new Symbols.TableSymbol.$ctor7(table.name, table.schema, null)),
  ...asked.functions.map(
    (saved) => new Symbols.FunctionSymbol.$ctor16(saved.name, `(${saved.parameters})`, `{${saved.body}\n}`, null),
  ),
];
const database = new Symbols.DatabaseSymbol.$ctor2("workspace", null, members);
const globals = GlobalState.Default.WithDatabase(database);

function listed(sequence) {
  return sequence ? System.Linq.Enumerable.from(sequence, System.Object).ToArray(System.Object) : [];
}

function checked({ name, text }) {
  const code = KustoCode.ParseAndAnalyze(text, globals);
  const diagnostics = listed(code.GetDiagnostics()).map((found) => ({
    code: found.Code,
    severity: found.Severity,
    line: text.slice(0, found.Start).split("\n").length,
    message: found.Message,
  }));
  const columns = listed(code.ResultType && code.ResultType.Columns).map((column) => ({
    name: column.Name,
    type: column.Type.Name,
  }));
  return { name, diagnostics, columns };
}

process.stdout.write(JSON.stringify(asked.queries.map(checked)));
