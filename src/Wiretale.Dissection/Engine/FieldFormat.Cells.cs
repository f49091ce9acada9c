namespace Wiretale.Dissection.Engine;

/// <content>Values as a custom column of the packet list shows them.</content>
public static partial class FieldFormat
{
    /// <summary>The value in a few words: by its name when <paramref name="resolved"/>, otherwise as a number; a mark where a field has no value.</summary>
    public static void Cell(Utf8Text target, Field field, in Item item, ReadOnlySpan<byte> bytes, bool resolved)
    {
        switch (field.Type)
        {
            case FieldType.None or FieldType.Protocol:
                target.Append("✓"u8);
                break;
            case FieldType.Boolean when resolved:
                target.Append((field.Names ?? ValueNames.TrueFalse).Find(item.Value));
                break;
            case FieldType.Bytes or FieldType.UIntBytes:
                ByteString(target, bytes, 0, LabelBytes);
                break;
            case FieldType.String or FieldType.StringZ or FieldType.UIntString:
                Escaped(target, TextOf(bytes));
                break;
            case var _ when field.Names is { IsUnit: false } names && field.Type.IsInteger() && (resolved || field.Base == FieldBase.None):
                string? name = names.Find(NameKey(field, item.Value));
                if (name is null)
                {
                    Number(target, field, item.Value);
                }
                else
                {
                    // A number that is only ever shown by its name is quoted where names are not asked for.
                    target.Append(resolved ? "" : "\"");
                    target.Append(name);
                    target.Append(resolved ? "" : "\"");
                }

                break;
            default:
                LabelPlain(target, field, item, bytes);
                break;
        }
    }
}
