using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Wiretale.ArchitectureTests;

/// <summary>Which classes' static fields are read while those of a class are being initialized, as its compiled code says.</summary>
/// <remarks>What a lambda reads does not count: it runs later.</remarks>
sealed class StaticInitializers : IDisposable
{
    static readonly Dictionary<int, OpCode> Codes = typeof(OpCodes).GetFields().Select(f => (OpCode)f.GetValue(null)!).ToDictionary(c => c.Value & 0xffff);

    readonly PEReader file;
    readonly MetadataReader metadata;
    readonly Dictionary<TypeDefinitionHandle, MethodDefinitionHandle> initializers = [];

    public StaticInitializers(string path)
    {
        file = new(File.OpenRead(path));
        metadata = file.GetMetadataReader();
        foreach (var handle in metadata.MethodDefinitions)
        {
            var method = metadata.GetMethodDefinition(handle);
            if (metadata.StringComparer.Equals(method.Name, ".cctor"))
            {
                initializers.Add(method.GetDeclaringType(), handle);
            }
        }
    }

    public void Dispose() => file.Dispose();

    /// <summary>Rings of classes of which each needs the next to be initialized, with the names of their classes.</summary>
    public List<string> Rings()
    {
        var needs = initializers.ToDictionary(i => i.Key, i => Needs(i.Key, i.Value));
        var rings = new List<string>();
        var done = new HashSet<TypeDefinitionHandle>();
        foreach (var start in needs.Keys)
        {
            Walk(start, []);
        }

        return rings;

        void Walk(TypeDefinitionHandle type, List<TypeDefinitionHandle> path)
        {
            int seen = path.IndexOf(type);
            if (seen >= 0)
            {
                rings.Add(string.Join(" → ", path.Skip(seen).Append(type).Select(Name)));
                return;
            }

            if (!done.Contains(type))
            {
                path.Add(type);
                foreach (var next in needs[type])
                {
                    Walk(next, path);
                }

                path.RemoveAt(path.Count - 1);
                done.Add(type);
            }
        }
    }

    /// <summary>Other classes whose static fields an initializer, or what it calls, reads.</summary>
    HashSet<TypeDefinitionHandle> Needs(TypeDefinitionHandle type, MethodDefinitionHandle initializer)
    {
        var needs = new HashSet<TypeDefinitionHandle>();
        var called = new HashSet<MethodDefinitionHandle>();
        var waiting = new Stack<MethodDefinitionHandle>([initializer]);
        while (waiting.TryPop(out var method))
        {
            if (!called.Add(method) || metadata.GetMethodDefinition(method).RelativeVirtualAddress == 0)
            {
                continue;
            }

            foreach (var (code, token) in Operands(method))
            {
                switch (code.OperandType, token.Kind)
                {
                    case (OperandType.InlineField, HandleKind.FieldDefinition) when code == OpCodes.Ldsfld || code == OpCodes.Ldsflda || code == OpCodes.Stsfld:
                        var owner = metadata.GetFieldDefinition((FieldDefinitionHandle)token).GetDeclaringType();
                        if (owner != type && initializers.ContainsKey(owner))
                        {
                            needs.Add(owner);
                        }

                        break;
                    case (OperandType.InlineMethod, HandleKind.MethodDefinition) when code != OpCodes.Ldftn:
                        waiting.Push((MethodDefinitionHandle)token);
                        break;
                    default:
                        break;
                }
            }
        }

        return needs;
    }

    IEnumerable<(OpCode Code, EntityHandle Token)> Operands(MethodDefinitionHandle method)
    {
        var il = file.GetMethodBody(metadata.GetMethodDefinition(method).RelativeVirtualAddress).GetILBytes()!;
        for (int at = 0; at < il.Length;)
        {
            int value = il[at++];
            if (value == 0xfe)
            {
                value = 0xfe00 | il[at++];
            }

            var code = Codes[value];
            switch (code.OperandType)
            {
                case OperandType.InlineField or OperandType.InlineMethod:
                    yield return (code, Method(MetadataTokens.EntityHandle(BitConverter.ToInt32(il, at))));
                    at += 4;
                    break;
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    at++;
                    break;
                case OperandType.InlineVar:
                    at += 2;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    at += 8;
                    break;
                case OperandType.InlineSwitch:
                    at += 4 + (4 * BitConverter.ToInt32(il, at));
                    break;
                default:
                    at += 4;
                    break;
            }
        }
    }

    /// <summary>A generic method's definition for one of its forms.</summary>
    EntityHandle Method(EntityHandle token) =>
        token.Kind == HandleKind.MethodSpecification ? metadata.GetMethodSpecification((MethodSpecificationHandle)token).Method : token;

    string Name(TypeDefinitionHandle handle) => metadata.GetString(metadata.GetTypeDefinition(handle).Name);
}
