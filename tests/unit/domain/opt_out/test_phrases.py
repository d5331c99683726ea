"""What a message says in one language."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dialgate.domain.opt_out.keywords import Intent
from dialgate.domain.opt_out.normalising import fold, words
from dialgate.domain.opt_out.phrases import Kind, Said, compile_phrases
from dialgate.domain.opt_out.understanding import understand
from tests.fakes.lexicon import shipped

DATA: dict[str, Any] = {
    "version": "1",
    "classes": {"contact": ["calling", "texting"]},
    "courtesy": ["please"],
    "stop": {"contact": ["stop <contact>", "if you dont stop"]},
    "unsure": {"work": ["stop <contact> me at work"]},
    "none": {"by": ["dont stop", "stop by"]},
    "footer": {"ours": ["reply stop to end"]},
    "automatic": {"reply": ["^ auto reply"]},
    "keep": {"sms": ["texts are fine"]},
}
PHRASES = compile_phrases("en", DATA)
WORDS = replace(shipped(), model=None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("stop calling", Said(Kind.STOP, "stop.contact")),
        ("don't stop calling", Said(Kind.NONE, "none.by")),
        ("if you don't stop I sue", Said(Kind.STOP, "stop.contact")),
        ("stop by. stop calling", Said(Kind.STOP, "stop.contact")),
        ("stop calling me at work", Said(Kind.UNSURE, "unsure.work")),
        ("Reply STOP to end", Said(Kind.STOP, "footer")),
        ("what is reply STOP to end", Said(Kind.NONE, "footer.ours")),
        ("Auto reply: stop calling", Said(Kind.AUTOMATIC, "automatic.reply")),
        ("texts are fine, stop calling", Said(Kind.STOP, "stop.contact", frozenset({"sms"}))),
        ("hello", None),
    ],
)
def test_of_several_phrases_the_right_one_counts(text: str, said: Said | None) -> None:
    """What is none takes others with it, unless a longer one holds it whole."""
    assert said == PHRASES.said(words(fold(text)))


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("colour", 1, "colour is unknown"),
        ("stop", {"a": []}, "stop.a: must hold at least one entry"),
        ("stop", {"a": ["<x>"]}, r"stop.a\[0\]: there is no class 'x'"),
        ("keep", {"fax": ["fax is fine"]}, "keep.fax: must be one of"),
        ("courtesy", ["!"], "must have a letter"),
    ],
)
def test_a_mistake_in_a_file_is_named_by_its_place(field: str, value: object, told: str) -> None:
    """A wrong file is never half used."""
    with pytest.raises(ValueError, match=told):
        compile_phrases("en", DATA | {field: value})


def test_each_language_with_keywords_of_its_own_has_phrases() -> None:
    """Those of the issue, Chinese in one file for both scripts."""
    assert {"en", "zh", "es", "fr", "pt", "de", "it", "nl"} <= set(shipped().phrases)


@pytest.mark.parametrize(
    ("country", "said"),
    [
        (
            "JP",
            "もう連絡してこないで下さい/二度と電話してくんな/今後のご案内は不要です/お電話はご遠慮ください/送らんといて",
        ),
        (
            "JP",
            "お送りいただかなくて結構です/どなたかとお間違えではないでしょうか/私は佐々木ではないです/電話番号を消して",
        ),
        (
            "JP",
            "主人は昨年亡くなりました/次かけてきたら訴えます/登録した覚えはありません/mou okuranaide",
        ),
        (
            "KR",
            "더 이상 문자 보내지 말아 주세요/전화하지마세요ㅡㅡ/그만보내/제 번호 지워주세요/작작 좀 하세요",
        ),
        (
            "KR",
            "잘못 거셨어요/저 김민수 아닌데요/남편은 작년에 사망했습니다/한번 더 전화하면 고소합니다",
        ),
        ("KR", "연락 ㄴㄴ/안 보내셨으면 해요/wjsghk gkwlak"),
        ("HK", "唔好再打俾我/咪再send/行開啦/取消訂閱/勿擾/拒收/刪除我嘅資料/搵錯人喇/我唔係陳生/呢個電話已經換咗人"),
    ],
)
def test_who_asks_for_the_end_in_east_asia_is_understood(country: str, said: str) -> None:
    """Polite or plain, without spaces or on the wrong keyboard: a sure stop by the words alone."""
    found = {each: understand(each, country, WORDS) for each in said.split("/")}
    assert [] == [each for each, one in found.items() if (one.intent, one.sure) != (Intent.STOP, True)]


@pytest.mark.parametrize(
    ("country", "said"),
    [
        (
            "JP",
            "やめないで/解約したくないです/停止しないでください/電話を切らないで/予約をキャンセルします/停電してます",
        ),
        (
            "JP",
            "今は無理です、後で電話ください/仕事中なので電話しないでください、夕方に折り返します/時間はそれで結構です",
        ),
        (
            "JP",
            "退会するとポイントはどうなりますか/しつこい汚れに効きますか/父が亡くなりましたので名義変更の手続きを教えてください",
        ),
        (
            "KR",
            "끊지 마세요/취소하고 싶지 않아요/예약 취소할게요/주문 취소해주세요/나중에 전화 주세요/봉투는 필요 없어요",
        ),
        ("KR", "지금 회의중이니 전화하지 마세요/수신거부하면 어떻게 되나요/제가 번호 잘못 적었어요/출생신고 하러 가요"),
        ("KR", "불이 꺼져 있어요/집에 돌아가셨어요?/그만 먹을게요/자동응답입니다 나중에 연락드리겠습니다"),
        ("HK", "取消預約/唔好停/請不要取消/而家唔得閒，遲啲打俾我/夜晚唔好打嚟/停車場喺邊/打錯字/投訴個司機"),
    ],
)
def test_what_only_looks_like_a_refusal_in_east_asia_stops_nothing(country: str, said: str) -> None:
    """Negated, of another thing, of an hour, a question, news: nobody is silenced by the words alone."""
    assert [] == [each for each in said.split("/") if understand(each, country, WORDS).intent is Intent.STOP]


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("DE", "Lassen Sie mich bitte in Ruhe!/Rufen Sie mich bitte nicht an."),
        ("DE", "bitte keine Anrufe mehr/schickt mir nix mehr"),
        ("DE", "da haben sie die falsche nummer/Mein Mann ist letztes Jahr gestorben/Ich widerrufe meine Einwilligung"),
        ("DE", "bitte meine nummer loeschen/ich melde sie der bundesnetzagentur"),
        ("DE", "kein Interesse/verpisst euch/wie melde ich mich ab?"),
        ("CH", "bitte nöd meh aalüte/lönt mi in rueh"),
        ("NL", "bel mij niet meer/geen sms meer aub"),
        ("NL", "Ik wil niet meer gebeld worden/Haal me van die lijst af/hoe kan ik me afmelden?"),
        ("NL", "u heeft het verkeerde nummer/mijn man is overleden/geen interesse/donder op/u hoort van mijn advocaat"),
        ("NL", "Ik meld dit bij de Autoriteit Persoonsgegevens/ik heb me nooit ingeschreven"),
        ("BE", "gelieve niet meer te bellen/laat ons gerust"),
        ("IT", "Non chiamatemi più!/nn chiamate +/basta pubblicità/toglietemi dalla vostra rubrica/come si disattiva?"),
        (
            "IT",
            "avete sbagliato numero/mio marito è morto/vi segnalo all'AGCOM/Non sono interessata, grazie/vaffanculo",
        ),
        ("IT", "La prego di non chiamare più/revoco il consenso/qui non c'è nessun Mario"),
        ("BR", "não liga mais pra mim/n quero mais receber isso"),
        ("BR", "me tira dessa lista/vc ligou errado/O titular faleceu em março"),
        ("BR", "vou reclamar na Anatel/não tenho interesse/vai se foder/chega!/como faço pra sair disso?"),
        ("PT", "Não me contactem mais/Retirem-me da vossa lista"),
        ("PT", "Agradeço que não voltem a ligar/Vou fazer queixa na ANACOM"),
    ],
)
def test_who_asks_for_the_end_in_europe_is_understood(country: str, said: str) -> None:
    """Formal or rude, in the forms of each country, without accents or in short: a sure stop by the words alone."""
    found = {each: understand(each, country, WORDS) for each in said.split("/")}
    assert [] == [each for each, one in found.items() if (one.intent, one.sure) != (Intent.STOP, True)]


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("DE", "Bitte rufen Sie mich nicht vor 9 Uhr an/bitte nicht abmelden"),
        ("DE", "Ich möchte meinen Hund abmelden/Mein Akku ist tot"),
        ("DE", "mein Opa ist gestorben, kann ich den Termin verschieben?"),
        ("DE", "was passiert wenn ich STOP schreibe?/wann ist schluss?"),
        ("DE", "bitte nicht anrufen, bin in einer Besprechung"),
        ("DE", "Ich möchte mich über den Fahrer beschweren/ich habe keine sms bekommen"),
        ("DE", "Falsche Adresse, bitte Hauptstr. 3/Automatische Antwort: Ich bin bis 12.3. im Urlaub./kein Problem"),
        ("NL", "ik wil mijn afspraak annuleren/niet bellen, ben in vergadering"),
        ("NL", "verkeerde maat gekregen/stop niet met de nieuwsbrief"),
        ("NL", "Mijn vader is overleden, hoe zet ik het contract op mijn naam?"),
        ("NL", "de bus stopt hier niet/wat gebeurt er als ik STOP stuur?"),
        (
            "NL",
            "ik moet Sem afmelden voor zwemles/klacht over de bezorger/ik krijg geen sms meer van jullie/geen probleem",
        ),
        (
            "IT",
            "non chiamatemi ora, sono in riunione/annulla il mio ordine/mi basta una conferma/alla fine vengo domani",
        ),
        ("IT", "mio padre è morto, come cambio l'intestazione?/ho sbagliato indirizzo/cosa succede se rispondo STOP?"),
        ("IT", "perché non ricevo più le offerte?/vorrei segnalare un guasto"),
        ("IT", "non cancellate il mio ordine/stop al semaforo"),
        ("BR", "cancela meu pedido/não me ligue antes das 9/para amanhã às 10/meu celular morreu/chega amanhã?"),
        (
            "BR",
            "se eu responder SAIR perco meus pontos?/por que não recebo mais as promoções?/vou reclamar do entregador",
        ),
        ("PT", "veio o tamanho errado"),
        ("PT", "minha mãe faleceu, como faço para transferir a conta?/Resposta automática: estou de férias até dia 5"),
    ],
)
def test_what_only_looks_like_a_refusal_in_europe_stops_nothing(country: str, said: str) -> None:
    """Negated, of another thing, of an hour, a question, news: nobody is silenced by the words alone."""
    assert [] == [each for each in said.split("/") if understand(each, country, WORDS).intent is Intent.STOP]
