// Writes docs/schemas/: the JSON Schema of every document that is written or read, made from its TypeScript type, which is the
// one description of it (types, constraints as tags, docstrings). A test makes them again and compares. Needs Node 22.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  createFormatter,
  createParser,
  createProgram,
  EnumType,
  SchemaGenerator,
} from "ts-json-schema-generator";
import ts from "typescript";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = "docs/schemas";

/** By file, the type that it describes. What people write by hand is `strict`: it has no other fields. */
const DOCUMENTS = {
  result: { type: "PrintedDocument" },
  run: { type: "RunDocument" },
  probe: { type: "ProbeDocument" },
  metrics: { type: "StepMetrics" },
  profile: { type: "MeasuredProfileDocument", strict: true },
  "result-profile": { type: "ProfileOfResult" },
  stack: { type: "StackDescription", strict: true },
  checkpoint: { type: "CheckpointMetadata" },
  journal: { type: "JournalLine" },
  "sweep-spec": { type: "SweepSpec", strict: true },
  "sweep-plan": { type: "SweepPlanDocument", strict: true },
};

const settings = {
  tsconfig: join(root, "tsconfig.json"),
  skipTypeCheck: true,
  jsDoc: "extended",
  expose: "export",
  sortProps: false,
  encodeRefs: false,
  discriminatorType: "open-api",
  extraTags: ["not"],
};

/** The schemas as the texts of their files, by path. */
export function documentSchemas() {
  const program = createProgram(settings);
  return Object.fromEntries(
    Object.entries(DOCUMENTS).map(([name, { type, strict }]) => {
      const config = { ...settings, type, additionalProperties: !strict };
      const generator = new SchemaGenerator(
        program,
        createParser(program, config, (parser) =>
          parser.addNodeParser(namesOfTable(program.getTypeChecker())),
        ),
        createFormatter(config),
        config,
      );
      const { $schema, ...schema } = generator.createSchema(type);
      const text = JSON.stringify({ $schema, title: `respath ${name}`, ...schema }, null, 2);
      return [`${folder}/${name}.schema.json`, `${text}\n`];
    }),
  );
}

/** `keyof typeof TABLE`, the names of a registry, which the generator reads only where all entries are written out. */
function namesOfTable(checker) {
  return {
    supportsNode: (node) =>
      ts.isTypeOperatorNode(node) &&
      node.operator === ts.SyntaxKind.KeyOfKeyword &&
      ts.isTypeQueryNode(node.type),
    createType: (node) => {
      const names = checker.getTypeAtLocation(node);
      const types = names.isUnion() ? names.types : [names];
      return new EnumType(
        `names-${node.getFullStart()}-${node.getSourceFile().fileName}`,
        types.map(({ value }) => value),
      );
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(join(root, folder), { recursive: true });
  for (const [path, text] of Object.entries(documentSchemas())) writeFileSync(join(root, path), text);
}
