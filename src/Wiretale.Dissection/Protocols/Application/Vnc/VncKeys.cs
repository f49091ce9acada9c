using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Vnc;

/// <summary>Names of keys, as the X Window System numbers them: letters of Latin 1, and what has no letter.</summary>
static class VncKeys
{
    /// <summary>Names by number.</summary>
    internal static readonly ValueNames Names = new KeyNames();

    static readonly ValueNames Others = ValueNames.Of(() => [
        (0x0, "NoSymbol"), (0x20, "space"), (0xa0, "nobreakspace"), (0xa1, "¡"), (0xa2, "¢"), (0xa3, "£"), (0xa4, "¤"), (0xa5, "¥"),
        (0xa6, "¦"), (0xa7, "§"), (0xa8, "¨"), (0xa9, "©"), (0xaa, "ª"), (0xab, "«"), (0xac, "¬"), (0xad, "­"), (0xae, "®"), (0xaf, "¯"),
        (0xb0, "°"), (0xb1, "±"), (0xb2, "²"), (0xb3, "³"), (0xb4, "´"), (0xb5, "µ"), (0xb6, "¶"), (0xb7, "·"), (0xb8, "¸"), (0xb9, "¹"),
        (0xba, "º"), (0xbb, "»"), (0xbc, "¼"), (0xbd, "½"), (0xbe, "¾"), (0xbf, "¿"), (0xc0, "À"), (0xc1, "Á"), (0xc2, "Â"), (0xc3, "Ã"),
        (0xc4, "Ä"), (0xc5, "Å"), (0xc6, "Æ"), (0xc7, "Ç"), (0xc8, "È"), (0xc9, "É"), (0xca, "Ê"), (0xcb, "Ë"), (0xcc, "Ì"), (0xcd, "Í"),
        (0xce, "Î"), (0xcf, "Ï"), (0xd0, "Ð"), (0xd1, "Ñ"), (0xd2, "Ò"), (0xd3, "Ó"), (0xd4, "Ô"), (0xd5, "Õ"), (0xd6, "Ö"), (0xd7, "×"),
        (0xd8, "Ø"), (0xd9, "Ù"), (0xda, "Ú"), (0xdb, "Û"), (0xdc, "Ü"), (0xdd, "Ý"), (0xde, "Þ"), (0xdf, "ß"), (0xe0, "à"), (0xe1, "á"),
        (0xe2, "â"), (0xe3, "ã"), (0xe4, "ä"), (0xe5, "å"), (0xe6, "æ"), (0xe7, "ç"), (0xe8, "è"), (0xe9, "é"), (0xea, "ê"), (0xeb, "ë"),
        (0xec, "ì"), (0xed, "í"), (0xee, "î"), (0xef, "ï"), (0xf0, "ð"), (0xf1, "ñ"), (0xf2, "ò"), (0xf3, "ó"), (0xf4, "ô"), (0xf5, "õ"),
        (0xf6, "ö"), (0xf7, "÷"), (0xf8, "ø"), (0xf9, "ù"), (0xfa, "ú"), (0xfb, "û"), (0xfc, "ü"), (0xfd, "ý"), (0xfe, "þ"), (0xff, "ÿ"),
        (0xff08, "BackSpace"), (0xff09, "Tab"), (0xff0a, "Linefeed"), (0xff0b, "Clear"), (0xff0d, "Return"), (0xff13, "Pause"),
        (0xff14, "Scroll_Lock"), (0xff15, "Sys_Req"), (0xff1b, "Escape"), (0xff20, "Multi_key"), (0xff21, "Kanji"), (0xff22, "Muhenkan"),
        (0xff23, "Henkan_Mode"), (0xff24, "Romaji"), (0xff25, "Hiragana"), (0xff26, "Katakana"), (0xff27, "Hiragana_Katakana"),
        (0xff28, "Zenkaku"), (0xff29, "Hankaku"), (0xff2a, "Zenkaku_Hankaku"), (0xff2b, "Touroku"), (0xff2c, "Massyo"),
        (0xff2d, "Kana_Lock"), (0xff2e, "Kana_Shift"), (0xff2f, "Eisu_Shift"), (0xff30, "Eisu_toggle"), (0xff31, "Hangul"),
        (0xff32, "Hangul_Start"), (0xff33, "Hangul_End"), (0xff34, "Hangul_Hanja"), (0xff35, "Hangul_Jamo"), (0xff36, "Hangul_Romaja"),
        (0xff37, "Hangul_Codeinput"), (0xff38, "Hangul_Jeonja"), (0xff39, "Hangul_Banja"), (0xff3a, "Hangul_PreHanja"),
        (0xff3b, "Hangul_PostHanja"), (0xff3c, "Hangul_SingleCandidate"), (0xff3d, "Hangul_MultipleCandidate"),
        (0xff3e, "Hangul_PreviousCandidate"), (0xff3f, "Hangul_Special"), (0xff50, "Home"), (0xff51, "Left"), (0xff52, "Up"),
        (0xff53, "Right"), (0xff54, "Down"), (0xff55, "Page_Up"), (0xff56, "Page_Down"), (0xff57, "End"), (0xff58, "Begin"),
        (0xff60, "Select"), (0xff61, "Print"), (0xff62, "Execute"), (0xff63, "Insert"), (0xff65, "Undo"), (0xff66, "Redo"),
        (0xff67, "Menu"), (0xff68, "Find"), (0xff69, "Cancel"), (0xff6a, "Help"), (0xff6b, "Break"), (0xff7e, "Mode_switch"),
        (0xff7f, "Num_Lock"), (0xff80, "KP_Space"), (0xff89, "KP_Tab"), (0xff8d, "KP_Enter"), (0xff91, "KP_F1"), (0xff92, "KP_F2"),
        (0xff93, "KP_F3"), (0xff94, "KP_F4"), (0xff95, "KP_Home"), (0xff96, "KP_Left"), (0xff97, "KP_Up"), (0xff98, "KP_Right"),
        (0xff99, "KP_Down"), (0xff9a, "KP_Page_Up"), (0xff9b, "KP_Page_Down"), (0xff9c, "KP_End"), (0xff9d, "KP_Begin"),
        (0xff9e, "KP_Insert"), (0xff9f, "KP_Delete"), (0xffaa, "KP_Multiply"), (0xffab, "KP_Add"), (0xffac, "KP_Separator"),
        (0xffad, "KP_Subtract"), (0xffae, "KP_Decimal"), (0xffaf, "KP_Divide"), (0xffb0, "KP_0"), (0xffb1, "KP_1"), (0xffb2, "KP_2"),
        (0xffb3, "KP_3"), (0xffb4, "KP_4"), (0xffb5, "KP_5"), (0xffb6, "KP_6"), (0xffb7, "KP_7"), (0xffb8, "KP_8"), (0xffb9, "KP_9"),
        (0xffbd, "KP_Equal"), (0xffbe, "F1"), (0xffbf, "F2"), (0xffc0, "F3"), (0xffc1, "F4"), (0xffc2, "F5"), (0xffc3, "F6"),
        (0xffc4, "F7"), (0xffc5, "F8"), (0xffc6, "F9"), (0xffc7, "F10"), (0xffc8, "F11"), (0xffc9, "F12"), (0xffca, "F13"), (0xffcb, "F14"),
        (0xffcc, "F15"), (0xffcd, "F16"), (0xffce, "F17"), (0xffcf, "F18"), (0xffd0, "F19"), (0xffd1, "F20"), (0xffd2, "F21"),
        (0xffd3, "F22"), (0xffd4, "F23"), (0xffd5, "F24"), (0xffd6, "F25"), (0xffd7, "F26"), (0xffd8, "F27"), (0xffd9, "F28"),
        (0xffda, "F29"), (0xffdb, "F30"), (0xffdc, "F31"), (0xffdd, "F32"), (0xffde, "F33"), (0xffdf, "F34"), (0xffe0, "F35"),
        (0xffe1, "Shift_L"), (0xffe2, "Shift_R"), (0xffe3, "Control_L"), (0xffe4, "Control_R"), (0xffe5, "Caps_Lock"),
        (0xffe6, "Shift_Lock"), (0xffe7, "Meta_L"), (0xffe8, "Meta_R"), (0xffe9, "Alt_L"), (0xffea, "Alt_R"), (0xffeb, "Super_L"),
        (0xffec, "Super_R"), (0xffed, "Hyper_L"), (0xffee, "Hyper_R"), (0xffff, "Delete")]);

    sealed class KeyNames : ValueNames
    {
        public override IEnumerable<(ulong First, ulong Last, string Name)> All => Others.All;

        public override string? Find(ulong value) => value is > ' ' and <= '~' ? ((char)value).ToString() : Others.Find(value);
    }
}
