import re

from coverart.techniques import load_techniques
from detect import vocabulary
from detector_model import LABELS
from prompt.lexicon import load_genres, load_words, parse_genre, tokenize

MOODS = ["serene", "dreamy", "melancholic", "warm", "playful", "energetic", "dark", "epic"]

WORDS_OF_TAGS = """
jazz: jazz
norwegian space disco: disco, space, nordic
drum and bass: drum and bass
liquid drum n bass: drum and bass
Hip-Hop: hip hop
folktronica: folk
jazzy: jazz
hanoi:
synthpop: pop, synth
post-rock: post-rock
alt-country: country
R&B: r&b
música forró: forro, latin
children's music: children
string quartet: chamber
chopped and screwed: trap
yé-yé: bubblegum
nu gaze: shoegaze
sea shanties: shanty
qwertyuiop:
:
"""
# The most used genre tags of MusicBrainz, and others that were once read wrongly, by the family of their first genre,
# unless it has the same name.
TAGS_BY_FAMILY = """
acoustic: singer-songwriter; afrobeat: kuduro; ambient: drone, dark ambient, field recordings; anime: j-pop
baroque: renaissance; bass: dubstep, future bass, footwork; bluegrass: old-time; bossa: bossa nova, mpb; caribbean: zouk
city-pop: city pop; classical: modern classical, contemporary classical, minimalism
country: alternative country, americana; cumbia: dangdut; disco: italo disco; dream-pop: ethereal; drill: grime
electronic: electronica, electro, leftfield; emo: screamo; folk: indie folk, neofolk; game: chiptune, video game music
gothic: darkwave, witch house, coldwave
hip-hop: hip hop, rap, conscious hip hop, gangsta rap, pop rap, boom bap, cloud rap, jazz rap
house: dance, deep house, tech house, progressive house, eurodance, freestyle, uk garage, bassline, acid house, 2-step
idm: glitch; indian: ghazal, bhangra, filmi; indie: alternative, power pop; industrial: ebm
jazz: free jazz, fusion, jazz fusion, contemporary jazz, vocal jazz, hard bop, bop, acid jazz, smooth jazz, bebop
jungle: drum and bass, breakbeat, breakcore, neurofunk, jump up, liquid funk, techstep; latin: bachata; lo-fi: chillout
lounge: schlager, easy listening; medieval: dungeon synth; meditation: new age
metal: death metal, black metal, heavy metal, alternative metal, thrash metal, progressive metal, doom metal
metal: metalcore, nu metal, power metal, symphonic metal, sludge metal, melodic death metal, brutal death metal
metal: gothic metal, deathcore, atmospheric black metal, folk metal, post-metal; mod: britpop; new-wave: new wave
noise: experimental, avant-garde, abstract, free improvisation, musique concrète, harsh noise, power electronics
pop: synth-pop, indie pop, dance-pop, art pop, dream pop, electropop, europop, chamber pop; post-rock: instrumental
punk: hardcore punk, hardcore, pop punk, grindcore, post-hardcore, crust punk, powerviolence, melodic hardcore
rave: acid, hardstyle, happy hardcore, gabber; reggae: roots reggae; reggaeton: baile funk, perreo
rnb: r&b, contemporary r&b
rock: alternative rock, indie rock, pop rock, hard rock, classic rock, progressive rock, punk rock, psychedelic rock
rock: art rock, folk rock, blues rock, garage rock, stoner rock, experimental rock, soft rock, gothic rock, math rock
rock: industrial rock, noise rock, glam rock, space rock; rockabilly: rock and roll, skiffle
sacred: choral, qawwali, oratorio; salsa: merengue; samba: choro; shoegaze: slowcore; ska: rocksteady; soul: neo soul
soundtrack: score; space: berlin school; spoken: spoken word; swing: big band; techno: minimal, minimal techno, tribal
trance: edm, psytrance, hard trance, progressive trance; trip-hop: downtempo, trip hop
"""


def test_at_least_150_genres_are_complete():
    assert len(load_genres()) >= 150
    for genre in load_genres().values():
        assert (genre.mood in MOODS, 0 <= genre.energy <= 1, len(genre.media) >= 3) == (True, True, True), genre
        assert all((genre.adjectives, genre.palette, genre.family)), genre


def test_tables_name_what_exists():
    words, genres, techniques = load_words(), load_genres(), load_techniques().values()
    assert {medium for genre in genres.values() for medium in genre.media} == {kind.medium for kind in techniques}
    families = {genre.family for genre in genres.values()}
    assert {family for technique in techniques for family in technique.families} <= families
    assert set(words["abstract_families"]) <= families
    assert set(words["moods"]) == set(MOODS) >= {theme["mood"] for theme in words["themes"].values()}
    named_genres = {*words["genre_aliases"].values(), *words["broad_genres"], *words["genres_without_era"]}
    assert named_genres <= set(genres)
    assert list(words["objects"]) == list(LABELS)
    assert words["sights"].keys() == {"portrait", *vocabulary.load_words().names} - {*LABELS}


def test_settings_of_themes_have_phrases():
    words = load_words()
    for theme in words["themes"].values():
        setting = theme.get("setting", {})
        assert setting.keys() <= {"place", "time", "weather"}
        assert set(setting.values()) <= words["setting_phrases"].keys()
    values = {*words["places"], *words["weathers"], *words["times_of_day"]}
    assert values == words["setting_phrases"].keys()


def test_genre_tag_is_parsed_into_genres():
    for line in WORDS_OF_TAGS.strip().splitlines():
        tag, words = line.split(":")
        assert ", ".join(genre.word for genre in parse_genre(tag)) == words.strip(), tag


def test_words_of_a_title_are_letters_without_accents():
    assert tokenize('Ignore "all" — NOCHE été 🌙 <b>x1</b>') == ["ignore", "all", "noche", "ete", "b", "x", "b"]


def test_tags_are_of_the_right_family():
    tags_by_family = [entry.split(": ") for entry in re.split("; |\n", TAGS_BY_FAMILY.strip())]
    families = {genre.family for genre in load_genres().values()}
    rows = [(family, tag) for family, tags in tags_by_family for tag in tags.split(", ")]
    for family, tag in [*rows, *((name, name) for name in families & load_genres().keys())]:
        assert parse_genre(tag)[0].family == family, tag
