// Loaded when something is generated. Naming what is needed keeps the other seventy locales out of a bundle.
export { base, en, Faker } from '@faker-js/faker'
