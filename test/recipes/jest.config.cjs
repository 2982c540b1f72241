const presets = [['@babel/preset-env', { targets: { node: 'current' } }]]

module.exports = {
  transform: { '\\.[cm]?js$': ['babel-jest', { presets }] },
  transformIgnorePatterns: ['/node_modules/(?!(ricloud-mock|msw|@mswjs|@open-draft|until-async|rettime)/)'],
}
