"""Chinese and English are read; every other language is refused by its name."""
# ruff: noqa: E501 - a sample is a line, and wide characters count twice

import pytest

from service.errors import UnreadableDocument
from service.messages import catalogue
from service.reading.language import LATIN, SCRIPTS, language_of, require_readable
from tests.reading.documents import ENGLISH, SAID, TRADITIONAL

SAMPLES = {
    "zh": "".join(SAID),
    "en": " ".join(ENGLISH),
    "ja": "本日の会議では、各産地の代表が現状と課題を発表しました。今治はタオルの産地ですが、後継者が不足しています。",
    "ko": "오늘 회의에서 각 산업 클러스터의 대표들이 현황과 과제를 발표하였다. 대구는 디자이너가 부족하다.",
    "ru": "На сегодняшнем заседании представители кластеров рассказали о положении дел. Не хватает дизайнеров.",
    "hi": "आज की बैठक में औद्योगिक समूहों के प्रतिनिधियों ने अपनी स्थिति के बारे में बताया। डिजाइनरों की कमी है।",
    "ar": "في اجتماع اليوم عرض ممثلو التجمعات الصناعية أوضاعهم. تفتقر المحلة إلى المصممين والمصابغ.",
    "th": "ในการประชุมวันนี้ ตัวแทนของกลุ่มอุตสาหกรรมได้นำเสนอสถานการณ์และปัญหา",
    "el": "Στη σημερινή συνεδρίαση οι εκπρόσωποι των κλάδων παρουσίασαν την κατάσταση και τα προβλήματα.",
    "he": "בישיבה היום הציגו נציגי האשכולות את המצב ואת הבעיות של תעשיית הטקסטיל.",
    "vi": "Tại cuộc họp hôm nay, đại diện các cụm công nghiệp đã trình bày hiện trạng. Nam Định thiếu nhà thiết kế.",
    "tr": "Bugünkü toplantıda kümelerin temsilcileri mevcut durumu anlattı. Denizli havlu üretimi ile tanınır"
    " ancak tasarımcı eksikliği var. Boya için çok daha fazla yatırım istiyoruz.",
    "it": "Nella riunione di oggi i rappresentanti dei distretti hanno illustrato la situazione. Prato è forte"
    " nella lana, ma non ha abbastanza tintorie e spera di attirare nuove imprese.",
    "fr": "Lors de la réunion, les représentants des grappes ont présenté la situation. Roubaix est connue pour"
    " la laine mais manque de teinturiers et souhaite attirer des entreprises.",
    "de": "In der Sitzung stellten die Vertreter der Cluster ihre Lage vor. Albstadt ist für Maschenware bekannt,"
    " doch fehlen Färbereien; wir hoffen auf neue Betriebe für die Veredlung.",
    "es": "En la reunión de hoy los representantes de los conglomerados presentaron su situación. Sabadell es"
    " fuerte en lana, pero le faltan tintorerías para el sector.",
    "pt": "Na reunião de hoje os representantes dos polos apresentaram a sua situação. Guimarães é forte em"
    " têxteis para o lar, mas faltam tinturarias e espera atrair novas empresas.",
    "id": "Pada rapat hari ini para wakil klaster industri menyampaikan keadaan mereka. Bandung terkenal dengan"
    " tekstil, tetapi kekurangan perancang dan ingin menarik perusahaan untuk daerah ini.",
    "nl": "Tijdens de vergadering vertelden de vertegenwoordigers van de clusters over de situatie. Enschede is"
    " sterk in textiel, maar er is een tekort aan ververijen.",
    "pl": "Na dzisiejszym posiedzeniu przedstawiciele klastrów opowiedzieli o sytuacji. Łódź jest znana z"
    " tekstyliów, ale brakuje farbiarni i projektantów, dlatego chce przyciągnąć nowe firmy.",
}


@pytest.mark.parametrize("language", SAMPLES)
def test_a_short_paragraph_suffices(language: str) -> None:
    assert language_of(SAMPLES[language]) == language


@pytest.mark.parametrize("language", SAMPLES.keys() - {"zh", "en"})
def test_other_languages_are_refused_by_name(language: str) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        require_readable(SAMPLES[language])
    assert caught.value.message == f"language-{language}"


@pytest.mark.parametrize("text", [TRADITIONAL, *SAID, *ENGLISH, "大连：缺面料。", "", "2017-11-18"])
def test_chinese_and_english_sentences_are_read(text: str) -> None:
    require_readable(text)


def test_chinese_minutes_may_quote_others_and_hold_english_names() -> None:
    require_readable("".join(SAID) + SAMPLES["ja"][:30])
    require_readable(SAID[1] + " Qinghu Textile Machinery Import and Export Co., Ltd. ")


def test_a_list_of_names_in_english_letters_is_not_judged() -> None:
    assert language_of("Keqiao Shaoxing Xiqiao Dalang Humen Shengze Haining Tongxiang") == ""


def test_every_language_that_can_be_found_has_a_name_in_the_refusal() -> None:
    found = ({*SCRIPTS, *LATIN, "xx"} - {"han", "latin"}) - {"zh", "en"}
    assert {f"error.language-{code}" for code in found} - set(catalogue("en").messages) == set()
