"""The productions of the domain's grammar, as text.

`{slot}` is a word class or another production, `(a|b)` one of several, `[a]` is there half of the time. Kept loose on
purpose: clauses join freely, so that a decoder trained on it must listen instead of completing templates by heart.
"""

from __future__ import annotations

RULES: dict[str, tuple[str, ...]] = {
    # ------------------------------------------------------------------ noun phrases
    "the document": ("(the|this|that|my|your|our|his|her) [{adjective}] {document}", "(the|this|that) {document}"),
    "document phrase": (
        "{the document}",
        "the [{ordinal}] {part} of {the document}",
        "the {document} (from|to|for|about) {someone or something}",
        "(it|the {document}|this {document})",
    ),
    "someone": ("{name}", "{name} {surname}", "(the|my|our) {person}", "{surname}"),
    "someone or something": ("{someone}", "{the topic}", "{weekday}", "{city}", "{month}"),
    "the topic": ("(the|this|that|our) {topic}", "{topic}"),
    "the field": ("the {field}", "the {field}", "the [{adjective}] {field}", "(my|your|our|their|its|a) {field}"),
    "the part": ("the {ordinal} {part}", "{part} {small}", "(the|this|that|each|every) {part}", "the (last|next) {part}"),
    "the parts": ("(the|these|those|all the) {parts}", "the (first|last) {small} {parts}", "{small} {parts}"),
    "the event": ("(the|this|that|our|my|the next|the last|the first) {event}",),
    "the place": ("the {place}", "{city}", "the {place} in {city}", "{room place}", "the {city} {place}"),
    "room place": ("the {room}",),
    "transport phrase": (
        "the [(first|last|next|early|late)] {transport}",
        "the {transport} (to|from) {the place}",
        "{transport} [number] {small}",
        "the {time} {transport}",
        "the {ordinal} {transport}",
    ),
    "stuff": ("{ingredient}", "the {ingredient}", "{amount} of {ingredient}", "{small} {ingredient}"),
    "amount": ("{small} {measure}", "half a (cup|spoon|liter|pound)", "{number} grams", "(a|one) (cup|spoon|pinch)"),
    "thing phrase": (
        "{small} {things}", "(the|these|those|my|your|some|all|any|no|many|more) {things}",
        "(the|this|that|a|my|your|another) [{adjective}] {thing}", "(the|a) {color} {thing}", "{color} {things}",
    ),
    "noun phrase": (
        "{the document}", "{document phrase}", "{the field}", "{someone}", "{the part}", "{the parts}", "{the event}",
        "{the place}", "{transport phrase}", "{stuff}", "{thing phrase}", "{the topic}", "{money}", "{date}",
        "{number} {things}", "(the|a|this|that) {kitchen}", "(it|them|me|him|her|us|everything|something|nothing)",
    ),
    "subject": (
        "{noun phrase}", "{pronoun}", "{someone}", "{the document}", "{the field}", "(this|that|it|these|those)",
    ),
    # ------------------------------------------------------------------ adverbials
    "preposition phrase": ("{preposition} {noun phrase}", "(in|on|of|from|for) {document phrase}"),
    "place phrase": (
        "(in|at|near|to|from|behind|before|after) {the place}", "(in|on|at the end of|at the top of|below) {document phrase}",
        "on (the|this) {part}", "in the {ordinal} {part}",
    ),
    "time phrase": (
        "at {time}", "on {weekday}", "on {date}", "in {month}", "(before|after|until|since|by) {date}", "(today|tomorrow)",
        "(before|after) {the event}", "{small} (days|weeks|months|years|hours|minutes) (ago|later|before|after)",
        "(this|next|last|every) (week|month|year|day|{weekday}|morning|evening)", "in the (morning|evening|afternoon)",
        "from {time} (to|until) {time}", "between {time} and {time}", "in {year}", "at (night|noon|midnight)",
        "on {weekday} (morning|evening|afternoon)",
    ),
    "adverbial": ("{time phrase}", "{place phrase}", "{preposition phrase}", "{adverb}", "for {small} (days|minutes|hours)"),
    "tail": ("{adverbial}", "{adverbial} {adverbial}", "please", "(today|now|here|again)"),
    # ------------------------------------------------------------------ verb phrases
    "do": ("{verb} {noun phrase}", "{verb} {noun phrase} {adverbial}", "{motion verb} {adverbial}", "{verb} {stuff}"),
    "does": ("{verbs} {noun phrase}", "{motion verbs} {adverbial}", "(is|was) {state}"),
    "did": ("{verb past} {noun phrase}", "{motion verb past} {adverbial}", "(was|were) {state}", "{verb past} it"),
    "state": (
        "{adjective}", "[not] {participle} [{adverbial}]", "{preposition phrase}", "{adverbial}", "(more|less) than {number}",
        "{money}", "{number}", "{noun phrase}", "(higher|lower|more|less|later|earlier) than {noun phrase}", "{adjective} enough",
    ),
    "clause": (
        "{subject} {did}", "{singular} {does}", "{pronoun} {do}", "{pronoun} {modal} {do}", "{singular} {modal} {do}",
        "(I|you|we|they) (don't|can't) {do}", "there (is|are|was|were) {noun phrase} [{place phrase}]",
    ),
    "singular": ("{someone}", "(he|she|it)", "{the document}", "{the field}", "{transport phrase}", "{the event}"),
    # ------------------------------------------------------------------ questions
    "question": (
        "what (is|was|are) {noun phrase} [{adverbial}]", "what (is|was) the {field} [(in|on|of|for) {document phrase}]",
        "what does {document phrase} (say|mean|contain|include|mention|cost) [{adverbial}]",
        "what does {subject} say about {noun phrase}", "what did {someone} {verb} [{tail}]", "what (can|should|must) {pronoun} {verb} [{tail}]",
        "what happens {adverbial}", "what time (is it|does {singular} {motion verb}|did {singular} {motion verb}) [{tail}]",
        "(what|which) {part} (is|was) {state}", "(what|which) {document} (is|has|mentions|contains) {noun phrase}",
        "which {transport} (goes|leaves|stops|arrives) {adverbial}", "which {thing} is (the cheapest|the most expensive|{adjective})",
        "which {things} {did}", "which {field} is {state}", "what (color|kind of {thing}) is {noun phrase}",
        "what (day|month|year|kind of document) is (it|this|that|{the event})", "what is on (page|line|row) {small}",
        "who {did}", "who {does}", "who (is|was) {noun phrase} [{adverbial}]", "who did {someone} {verb}", "who (can|must|should|will) {do}",
        "who {verb past} {the document} (to|for|about) {someone or something}", "who is {the document} (from|for|to|about)",
        "whose {field} is (this|that|it|{state})", "whose {thing} is (this|that|it|{state})",
        "when (is|was|are) {noun phrase} [{state}]", "when (does|did|will) {singular} {motion verb} [{adverbial}]", "when did {subject} {do}",
        "when (is|was) {the document} {participle}", "when must (I|you|we) {do}", "when is {noun phrase} due",
        "where (is|was|are) {noun phrase} [{tail}]", "where (does|did|can|should) {subject} {motion verb} [{tail}]",
        "where can (I|we) {verb} {noun phrase}", "where do (I|we|you|they) {motion verb}",
        "how many {things} [(are|were)] [(there|{participle}|left)] [{adverbial}]", "how many {countable} does {subject} (have|need|want|cost|use)",
        "how many {countable} do (I|we|you|they) {verb} [{tail}]", "how many {countable} did {someone} {verb}",
        "how much (is|was|does) {noun phrase} [cost]", "how much {ingredient} (do I need|is needed|is in {noun phrase})",
        "how much (do I|does {someone}|must we|did they) (pay|need|order|owe|have|want) [{tail}]",
        "how much is {number} percent of {number}", "how (long|far|often|late|hot|old|big|high) is {noun phrase}",
        "how long (does|did|will|must|should) {subject} {motion verb}", "how (do|can|should|must) (I|we|you) {do}", "how far is it from {city} to {city}",
        "why (is|was|are) {noun phrase} {state}", "why (did|does|must|should) {subject} {do}", "is {noun phrase} {state}", "was {noun phrase} {state}",
        "are {noun phrase} {state}", "(is|are|was|were) there {noun phrase} [{adverbial}]", "(does|did) {singular} {do}", "do (I|you|we|they) {do}",
        "(can|could|will|would|should|must|may) {subject} {do}", "(has|have|had) {subject} {participle} {noun phrase}", "{question word} {did}",
        "what is {arithmetic}", "(and|so|then) {question word} {did}", "{question word} (is|was|are) (it|that|this|{noun phrase})",
        "(do|did) (I|you|we|they) have [to] {noun phrase}", "is it {adjective} [to] {do}", "what (else|about {noun phrase})", "how is {noun phrase} {participle}",
        "what do (I|we|you|they) {verb} {adverbial}", "(at what time|on which day|on which page|in which {part}|from which {place}) (is|does) {noun phrase} {verb}",
    ),
    # ------------------------------------------------------------------ what people usually ask of a document or an assistant
    "usual question": (
        "what is the {field} (on|of|in) (this|the|my) {document}", "what is the {field}", "what is the total [(on|of) (this|the) (invoice|bill|receipt|order)]",
        "what does the {ordinal} (page|paragraph|section|line|question|step) say", "who (sent|signed|wrote) (this|the) {document} [about {topic}]", "who is (this|the) {document} (from|to|for)",
        "when (was|is) (this|the) {document} (written|sent|signed|due|dated)", "when is the (payment|invoice|report|rent|balance|tax|form|bill|worksheet) due", "where is the {field} in (this|the) {document}",
        "when does the [(first|last|next)] {transport} (to {city}|to the {place}) (leave|arrive|stop|depart|go)", "what time does the [(first|last|next)] {transport} (leave|arrive|stop|depart) [(at|from) the {place}]",
        "when is the (first|last|next) {transport} (to {city}|on {weekday}|in the morning|from the {place})", "where does the {transport} stop", "how long does the {transport} to {city} take", "which {transport} goes to {city}",
        "how (much|many) {ingredient} do I need [for the {kitchen}]", "how many {ingredient} are in the recipe", "how long does (it|the cake|the bread|the {kitchen}) (bake|cook|stay in the oven)", "how hot (is|must|should) the oven [be]",
        "how many minutes (does|must) (it|the cake|the bread) (bake|cook)", "what [ingredients] do I need for the {kitchen}", "what is the oven temperature", "what are the ingredients", "what is the {ordinal} (step|question|ingredient)",
        "how many (pages|lines|words|questions|items|paragraphs|people|{things}) (are on|are in|does) (this|the) {document} [have]", "how much (is|was) the (tax|rent|total|discount|fee|delivery|ticket|subtotal|balance)", "how much (do I|must I|do we) (have to pay|pay|owe) [for {topic}]",
        "what is (this|the) {document} about", "what does (this|the) {document} say about [the] {topic}", "does (this|the) {document} mention ({name}|{city}|{topic})", "is there (a|an) {field} (on|in) (this|the) {document}", "what is the {topic} in {city} [on {weekday}]",
        "what is the {topic} today", "will it rain in {city} tomorrow", "what time is it [in {city}]", "what day is it [today]", "what is {number} (plus|minus) {number}", "what is {number} (times|divided by) {number}", "how much is {small} percent of {number}",
        "how many {things} did {name} order", "is the {field} (higher|lower|more|less) than {number}", "why is the {field} missing", "which {thing} is the cheapest", "what is on my calendar for {weekday}", "how far is it from {city} to {city}",
        "can you help me with (this|the) {document}", "what is in this picture", "what do you see in the (image|picture)", "what color is the {thing}", "where is the (meeting|event|party|concert|{event})", "when is the (meeting|event|party|concert|{event})", "what is the name of the (sender|customer|company|author|{person})",
        "who is the (sender|customer|author|{person})", "where does {name} {surname} live", "what is (his|her|their|my|your) (name|address|phone number|date of birth|nationality)", "when is the (office|library|museum|shop) (open|closed)", "what is the (deadline|phone number|address) [of the {person}]",
    ),
    "usual command": (
        "[please] read (the {ordinal} {part}|this {document}|{part} {small}) [aloud]", "(summarize|explain|describe|translate|compare|print|open|close|save|scan) (this|the|my) {document}", "(summarize|explain|delete|show me) the {ordinal} {part}", "translate (the|this) {document} into {language}",
        "find the (word {any word}|{field}) in (the|this) {document}", "go [back] to [the] (page {number}|{ordinal} page)", "send the {document} to {name} {surname}", "send an email to {name} about the {document}", "call {name} {surname}", "write a message to {name}", "remind me to call {name} on {weekday}",
        "remind me to pay the {document} on {date}", "set a timer for {number} (minutes|seconds)", "set an alarm for {time}", "wake me up at {time} [on {weekday}]", "turn (on|off) the {device} [in the {room}]", "turn the volume (up|down)", "set the volume to {number} percent", "play some music in the {room}", "stop the music",
        "schedule a meeting with {name} on {weekday} at {time}", "add {small} {things} to (the|my shopping) list", "book a flight from {city} to {city} on {weekday}", "give me a short summary of this {document}", "show me the {ordinal} {part}", "print {small} copies of the {document}", "tell me a joke", "repeat that please", "speak more slowly please",
    ),
    "usual statement": (
        "the {field} is {money}", "the {field} is {date}", "the {field} is {number}", "the (total|amount|price|subtotal|balance|rent) is {money}", "the (due date|deadline|delivery date|invoice date|date) is {date}", "the (meeting|{event}) is on (date|{date}|{weekday})", "I cannot find that in the document",
        "I cannot find (that|the {field}) [in (the|this) {document}]", "the {document} (was|is) (sent|signed|written) by {name} {surname} [on {date}]", "it (is|was) (sent|signed|written) by {name} {surname}", "the (first|last|next) {transport} leaves at {time}", "you need {number} grams of {ingredient}", "the cake bakes for {number} minutes",
        "my name is {name} {surname}", "my phone number is {digits}", "the (order number|code|invoice number|phone number) is {digits}", "the (answer|result|sum) is {number}", "{number} (plus|minus|times) {number} is {number}", "there are {number} {things} in the {room}", "{name} lives in {city}", "I would like {small} {things} please",
        "it is {time}", "today is {weekday} {date}", "it costs {money}", "the oven is hot", "yes it does", "no it is not", "the {person} is {name} {surname}", "it is due on {date}", "the payment is due on {date}",
    ),
    "countable": ("{things}", "{things}", "{parts}", "{measure}", "(days|minutes|hours|pages|people)"),
    "arithmetic": (
        "{number} (plus|minus|times) {number}", "{number} (divided by|multiplied by|times|plus|minus) {small}",
        "{number} percent of {number}", "{small} times {small}", "half of {number}", "the (sum|difference|product) of {number} and {number}",
    ),
    # ------------------------------------------------------------------ commands
    "command": (
        "{do}", "{do} {tail}", "please {do}", "{do} and {do}", "(read|show|find|give|tell) me {noun phrase} [{tail}]", "(read|show|find|open) {document phrase}",
        "tell me (about|more about) {noun phrase}", "tell me {question word} {clause}", "(summarize|explain|describe|translate|compare) {document phrase}",
        "translate {document phrase} into {language}", "compare {noun phrase} (with|to) {noun phrase}", "go [back] to {the part}", "read {the part} [aloud]",
        "find the word {any word} [in {document phrase}]", "set (a timer|an alarm|the volume) (for|to|at) {small} (minutes|seconds|percent)", "set an alarm for {time}",
        "turn (on|off|up|down) the {device} [in the {room}]", "turn the {device} (on|off|up|down)", "remind (me|us|him) to {do}", "send {noun phrase} to {someone}",
        "add {stuff} to {noun phrase}", "add {thing phrase} to my (shopping list|calendar|list)", "call {someone} [{time phrase}]", "wake me up at {time}",
        "(stop|start|continue|repeat) [reading|speaking|that]", "(stop|cancel|repeat) {noun phrase}", "let me (see|hear|know) {noun phrase}", "explain {the field} in simple words",
        "speak (louder|slowly|more slowly) [please]", "write {noun phrase} [to {someone}]", "play some music [{place phrase}]", "make it {adjective}", "{do} or {do}",
    ),
    # ------------------------------------------------------------------ statements
    "statement": (
        "{clause}", "{clause} {conjunction} {clause}", "{clause} {tail}", "{noun phrase} (is|was|are|were) {state}", "the {field} is {value}", "the {field} is {value}",
        "{the field} [(on|in|of) {document phrase}] is {value}", "(it|this|that) (is|was|costs|says|means) {value}", "there are {number} {things} [{place phrase}]",
        "{someone} {verb past} {noun phrase} [{adverbial}]", "the {transport} (leaves|arrives|stops|departs) (at {time}|{adverbial})", "the {event} is {time phrase}",
        "I cannot find (that|it|{the field}|{noun phrase}) in {document phrase}", "I (could not|did not|cannot) (find|hear|read|see) {noun phrase}",
        "the (answer|total|result|sum) is {number}", "{arithmetic} is {number}", "you need {stuff} [and {stuff}]", "my name is {someone}", "my phone number is {digits}",
        "(the code|the order number|the number|it|the invoice number) is {digits}", "it is {time}", "today is {weekday} {date}", "{someone} lives in {city}", "I would like {noun phrase}",
        "it (is|was) {participle} by {someone} on {date}", "{money} (is|was) due {time phrase}", "{value}", "yes {clause}", "no {clause}", "the {document} says that {clause}",
        "(bake|cook|mix) {noun phrase} for {small} minutes [at {number} degrees]", "{the document} is (from|to|for|about) {someone or something}", "the {part} says {any word} {any word}",
    ),
    "value": ("{money}", "{money}", "{date}", "{number}", "{time}", "{digits}", "{someone}", "{weekday}", "{number} (percent|degrees|minutes|dollars|grams|pages|days|hours)", "{the place}"),
    "short": (
        "yes [please]", "no [thanks|thank you]", "thank you [very much]", "thanks [a lot|very much]", "hello [there|{name}|how are you]", "good (morning|evening|afternoon|night) [{name}]",
        "stop", "{noun phrase}", "{question word}", "{value}", "again please", "wait", "repeat that please", "can you (hear|help) me [{tail}]", "I am sorry", "{name}", "{city}", "{number}",
        "tell me a joke", "start again", "what (is|was) that", "{any word}", "{any word} {any word}", "how are you", "that is (right|wrong|all)", "what about {noun phrase}", "and {noun phrase}",
    ),
    # ------------------------------------------------------------------ chains with some grammar, none of it a template
    "chain": (
        "{any noun} {preposition} {any noun} {preposition} {any noun}", "{adverb} {verb past} {any noun} {any noun}", "{adjective} {any noun} {verb} {adverb}",
        "{determiner} {any noun} {auxiliary} {determiner} {adjective} {any noun}", "{question word} {any noun} {auxiliary} {preposition} {any noun}", "{name} and {surname} {verbs} {any noun}",
        "{number} {any noun} {preposition} {number} {any noun}", "{verb} {determiner} {any noun} {conjunction} {verb} {determiner} {any noun}", "{pronoun} {verb past} {any noun} {preposition} {any noun}",
        "{question word} {verb past} {determiner} {any noun} {preposition} {any noun}", "{auxiliary} {pronoun} {verb} {determiner} {any noun} {preposition} {determiner} {any noun}",
        "{minimal pair} {any noun} {minimal pair} {any noun}", "{minimal pair} {things} and {minimal pair} {things}", "{determiner} {any noun} {minimal pair} {number}", "{city} {preposition} {weekday}",
    ),
}  # fmt: skip

# Words that the listener must tell apart by ear alone.
MINIMAL_PAIRS = tuple(
    """thirteen thirty fourteen forty fifteen fifty sixteen sixty seventeen seventy eighteen eighty nineteen ninety this
    the these that those a is was are were send sent sender first fourth fifth sixth six page paid pay day date due do
    read write form from for four and in on an any many name names line lines item items price prices""".split()
)
