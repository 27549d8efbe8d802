export { MAX_YAML_CHARACTERS, readYaml, readYamlWithPlaces } from './read-yaml.js';
