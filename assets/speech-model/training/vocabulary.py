"""The stated domain: every word that the speech model is trained to write, in classes that the grammar draws from.

A word outside these lists is outside the domain; `all_words()` is the definition that tests and the README refer to.
"""

from __future__ import annotations

import re


def _rows(text: str) -> tuple[tuple[str, ...], ...]:
    """Rows of words, one row a line or up to a semicolon."""
    return tuple(tuple(row.split()) for row in text.replace("\n", ";").split(";"))


DOCUMENTS = tuple(
    """invoice letter contract receipt report document form manual email article recipe table chart page note memo
    certificate statement agreement ticket menu brochure schedule timetable notice worksheet bill list paper message
    file picture image map order""".split()
)
PARTS = tuple(
    """page paragraph section line chapter table heading footnote column row figure sentence word question answer step
    item part box paragraph title example exercise""".split()
)
FIELDS = (
    "total", "date", "due date", "amount", "tax", "subtotal", "address", "title", "author", "signature",
    "invoice number", "phone number", "customer name", "order number", "price", "discount", "balance",
    "reference number", "bank account", "currency", "deadline", "summary", "conclusion", "subject", "company name",
    "delivery date", "quantity", "name", "number", "time", "cost", "fee", "payment", "account number", "email address",
    "opening time", "closing time", "date of birth", "first name", "last name", "total amount", "delivery address",
    "invoice date", "payment method", "page number", "unit price", "sender", "customer", "topic", "purpose", "rent",
    "due amount", "room number", "ticket price", "departure time", "arrival time", "telephone number", "post code",
    "flight number", "bus number", "seat number", "tax rate", "sum", "reason", "result", "main point", "nationality",
)  # fmt: skip
FIRST_NAMES = tuple(
    """Alice Bob Carol David Emma Frank Grace Henry Isabel Jack Karen Leo Maria Nathan Olivia Peter Rachel Samuel Thomas
    Victor Wendy Anna Daniel Laura Michael Sarah John James""".split()
)
LAST_NAMES = tuple(
    """Smith Jones Brown Taylor Wilson Miller Davis Clark Lewis Walker Young King Baker Green Adams Turner Parker
    Cooper""".split()
)
CITIES = tuple(
    """London Paris Berlin Madrid Rome Vienna Boston Chicago Denver Seattle Toronto Sydney Tokyo Beijing Shanghai
    Singapore Dublin Oslo Moscow Cairo Oxford Cambridge""".split()
)
MONTHS = tuple("January February March April May June July August September October November December".split())
WEEKDAYS = tuple("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())
LANGUAGES = tuple("English Chinese French German Spanish Italian Japanese Russian".split())
COLORS = tuple("red green blue yellow white black orange purple brown".split())
ROOMS = (
    "kitchen", "bedroom", "living room", "office", "garage", "bathroom", "garden", "hallway", "classroom", "library",
    "meeting room",
)  # fmt: skip
DEVICES = (
    "light", "lamp", "fan", "heater", "television", "radio", "music", "camera", "printer", "alarm", "speaker",
    "coffee machine", "timer", "volume", "computer",
)  # fmt: skip
THINGS = tuple(
    """apples oranges books chairs tables bottles pencils boxes tickets cars keys phones cups plates shirts pens bags
    desks letters pages people students teachers children guests copies items pieces lines words questions answers
    minutes hours days weeks months years dollars euros eggs spoons bowls lessons tests rooms seats""".split()
)
THING = tuple(
    """apple orange book chair table bottle pencil box ticket car key phone cup plate shirt pen bag desk student teacher
    child guest copy item piece egg spoon bowl lesson test seat door window""".split()
)
INGREDIENTS = tuple(
    """flour sugar butter milk eggs salt water oil rice chocolate cheese bread tomatoes onions potatoes apples oranges
    lemon vanilla cream pepper honey yeast chicken fish soup cake pasta tea coffee""".split()
)
KITCHEN = tuple("oven pan bowl spoon cup dish mixture dough recipe ingredients cake temperature butter".split())
MEASURES = tuple("grams cups spoons liters pieces pounds kilograms bottles slices".split())
TRANSPORT = tuple("bus train flight plane taxi boat tram".split())
PLACES = (
    "station", "airport", "school", "hospital", "museum", "library", "office", "hotel", "bank", "city center", "harbor",
    "market", "park", "bus stop", "platform", "post office", "university", "restaurant", "shop", "bridge", "house",
    "street", "town hall",
)  # fmt: skip
PEOPLE = (
    "customer", "manager", "teacher", "student", "doctor", "sender", "author", "company", "landlord", "tenant",
    "director", "bank", "supplier", "school", "client", "driver", "patient", "applicant", "neighbor", "secretary",
)  # fmt: skip
TOPICS = (
    "weather", "news", "traffic", "stock market", "football score", "air quality", "temperature", "forecast", "payment",
    "warranty", "delivery", "refund", "service", "project", "budget", "contract", "insurance", "battery", "engine",
    "water", "energy", "health", "school", "meeting", "rent", "holiday", "parking", "sales", "safety", "lunch",
    "training", "water supply", "electricity", "travel", "history", "science", "noise", "repair", "heating",
)  # fmt: skip
EVENTS = (
    "meeting", "lesson", "course", "concert", "party", "holiday", "interview", "exam", "appointment", "lunch", "dinner",
    "event", "flight", "delivery", "payment", "class", "conference", "visit", "trip",
)  # fmt: skip
ADJECTIVES = tuple(
    """new old first last next big small long short important open closed late early free full high low cheap expensive
    main final correct wrong missing possible ready empty hot cold large best right different same other total monthly
    daily annual""".split()
)
ADVERBS = tuple(
    """today tomorrow yesterday tonight now later soon again here there aloud slowly quickly always never only already
    together twice once please""".split()
)
# base, third person, past, participle
VERBS = _rows(
    """read reads read read;write writes wrote written;send sends sent sent;sign signs signed signed
pay pays paid paid;find finds found found;show shows showed shown;open opens opened opened;close closes closed closed
print prints printed printed;check checks checked checked;need needs needed needed;use uses used used
order orders ordered ordered;call calls called called;buy buys bought bought;sell sells sold sold
give gives gave given;take takes took taken;bring brings brought brought;make makes made made
change changes changed changed;cancel cancels canceled canceled;add adds added added;mention mentions mentioned mentioned
describe describes described described;explain explains explained explained;answer answers answered answered
complete completes completed completed;return returns returned returned;receive receives received received
see sees saw seen;want wants wanted wanted;know knows knew known;keep keeps kept kept;start starts started started
finish finishes finished finished;book books booked booked;save saves saved saved;move moves moved moved
include includes included included;contain contains contained contained;cost costs cost cost;mix mixes mixed mixed
bake bakes baked baked;cook cooks cooked cooked;serve serves served served;cut cuts cut cut
deliver delivers delivered delivered;contact contacts contacted contacted;visit visits visited visited
ask asks asked asked;tell tells told told;say says said said;help helps helped helped;approve approves approved approved
translate translates translated translated;copy copies copied copied;scan scans scanned scanned
repair repairs repaired repaired;compare compares compared compared;list lists listed listed"""
)
# base, third person, past: nothing follows but a place, a time or a manner
MOTION_VERBS = _rows(
    """leave leaves left;arrive arrives arrived;stop stops stopped;go goes went;start starts started
end ends ended;begin begins began;open opens opened;close closes closed;work works worked;live lives lived
stay stays stayed;happen happens happened;change changes changed;run runs ran;wait waits waited
travel travels traveled;depart departs departed;meet meets met;come comes came;expire expires expired"""
)
PREPOSITIONS = tuple(
    """in on at from to for with about of under over after before by near without during until since between behind
    inside into through against above below across""".split()
)
DETERMINERS = tuple("the a this that these those my your our his her their each every some any no".split())
PRONOUNS = tuple("I you he she it we they".split())
OBJECT_PRONOUNS = tuple("me you him her it us them".split())
QUESTION_WORDS = tuple("what when where who which why how whose".split())
AUXILIARIES = tuple("is are was were do does did can could will would should must has have had may".split())
CONJUNCTIONS = tuple("and or but if because when while so then".split())
ONES = tuple(
    """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen""".split()
)
TENS = tuple("twenty thirty forty fifty sixty seventy eighty ninety".split())
ORDINALS = tuple(
    """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
    sixteenth seventeenth eighteenth nineteenth twentieth""".split()
)
TENS_ORDINALS = tuple("twentieth thirtieth fortieth fiftieth".split())
CURRENCIES = tuple("dollars euros pounds".split())
FUNCTION_WORDS = tuple(
    """not yes no hello good morning evening afternoon night thank thanks very much many more less than most least long
    far often old hundred thousand point minus plus times divided multiplied percent half quarter past o'clock noon
    midnight cent cents euro dollar pound degrees minute hour day week month year am be been there all both everything something anything
    nothing someone anyone everyone what's isn't don't can't it's that's I'm like look turn off up down out back go set
    stop play continue repeat speak louder remind wake delete summarize joke capital country simple way kind end begin
    sure sorry cannot find between longer higher lower cheaper cheapest earlier later latest earliest first last next
    previous owe enough seconds lot speaking pinch else liter names headings sections chapters paragraphs its top bottom left right middle side until text voice sound hear document documents own off per ago another
    calendar an shopping left let too also just well done wait reading color shopping meters kilometers does given
    inches half third remaining together altogether sum difference product word mean means called spelled need tables lines boxes titles figures columns rows
    sentences pages works fees parents lowest highest kilogram lemons prices ingredient rain dated""".split()
)
# Words that sound like another word of the vocabulary: a random chain gives the listener nothing to choose by, so
# they occur only where the grammar's context decides.
AMBIGUOUS = frozenset(
    """to too two for four by buy read red right write there their our hour hours know no due do week meet one won its
    it's eight cent cents sent you're be our would whose who's new knew through threw past passed which I a an""".split()
)

_CLASSES: tuple[tuple[str | tuple[str, ...], ...], ...] = (
    DOCUMENTS, PARTS, FIELDS, FIRST_NAMES, LAST_NAMES, CITIES, MONTHS, WEEKDAYS, LANGUAGES, COLORS, ROOMS, DEVICES,
    THINGS, THING, INGREDIENTS, KITCHEN, MEASURES, TRANSPORT, PLACES, PEOPLE, TOPICS, EVENTS, ADJECTIVES, ADVERBS,
    VERBS, MOTION_VERBS, PREPOSITIONS, DETERMINERS, PRONOUNS, OBJECT_PRONOUNS, QUESTION_WORDS, AUXILIARIES,
    CONJUNCTIONS, ONES, TENS, ORDINALS, TENS_ORDINALS, CURRENCIES, FUNCTION_WORDS,
)  # fmt: skip
_WORD = re.compile(r"[a-z']+")


def words_of(text: str) -> list[str]:
    """The lower-cased words of a text, without punctuation: what word error rates are counted over."""
    return _WORD.findall(text.lower())


def all_words() -> frozenset[str]:
    """Every word of the domain, lower-cased."""
    entries = [entry for word_class in _CLASSES for entry in word_class]
    texts = [entry if isinstance(entry, str) else " ".join(entry) for entry in entries]
    return frozenset(word for text in texts for word in words_of(text))
