api=http://127.0.0.1:7425
auth='Authorization: Token ricloud-mock-token'
session='"session": "e2c9b0a4-6f1d-4e0b-8a57-3d94c1f0b627"' # an active one of the sample records

curl "$api/configs/storage/1" -H "$auth" -d "{\"url\": \"local://$PWD/photos\"}"
curl "$api/polls" -H "$auth" -d "{$session, \"payload\": {\"data_types\": [\"icloud_photos.photos\"]}}"
curl "$api/results" -H "$auth" # the poll is completed, and photos/<poll>/<result>.json lists the photos
id=$(grep -oh '[0-9a-f]\{40\}' photos/*/*.json | head -n 1)
curl "$api/polls" -H "$auth" -d "{$session, \"payload\": {\"files\": [\"$id\"]}}"
curl "$api/results?type=png" -H "$auth" # the photo is photos/<poll>/<result>.png
