import js from "@eslint/js";
import globals from "globals";

const recording = ["MediaRecorder", "captureStream", "mozCaptureStream"];

export default [
  { ignores: ["**/node_modules/**"] },
  js.configs.recommended,
  {
    files: ["**/*.js"],
    languageOptions: { ecmaVersion: 2024, sourceType: "module" },
    rules: {
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
      "no-console": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-restricted-globals": ["error", ...recording],
      "no-restricted-properties": [
        "error",
        ...recording.map((property) => ({ property, message: "Nothing is ever recorded." })),
        { property: "innerHTML", message: "Use h(): nothing that arrives is parsed as markup." },
        { property: "outerHTML", message: "Use h(): nothing that arrives is parsed as markup." },
        { property: "insertAdjacentHTML", message: "Use h(): nothing that arrives is parsed as markup." },
      ],
      "max-lines": ["error", 410],
    },
  },
  {
    files: ["hub/web/**/*.js"],
    languageOptions: { globals: globals.browser },
  },
  {
    files: ["tests/web/**/*.js", "tests/web/**/*.mjs"],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
    rules: { "no-console": "off" },
  },
];
